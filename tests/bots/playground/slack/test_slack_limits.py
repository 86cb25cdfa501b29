"""Rate limits and injected faults."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bots.playground.slack.driving import LocalSlack, local_slack
from bots.playground.slack.limits import RateLimited, RateLimits, Tier, TokenBucket
from bots.playground.slack.rules import Rules

GENERAL = "C0GENERAL1"


def client_of(slack: LocalSlack) -> AsyncWebClient:
    client = AsyncWebClient("xoxb-playground", base_url=slack.api, session=slack.http)
    client.proxy = None
    return client


async def test_the_51st_update_of_a_minute_is_limited_whatever_message_it_is_for() -> None:
    async with local_slack() as slack:
        client = client_of(slack)
        stamps = [(await client.chat_postMessage(channel=GENERAL, text="x"))["ts"] for _ in range(2)]
        for n in range(50):
            await client.chat_update(channel=GENERAL, ts=stamps[n % 2], text=str(n))
        with pytest.raises(SlackApiError) as refused:
            await client.chat_update(channel=GENERAL, ts=stamps[0], text="one more")
    assert refused.value.response.status_code == 429
    assert refused.value.response["error"] == "ratelimited"
    assert 1 <= int(refused.value.response.headers["Retry-After"]) <= 60


async def test_posts_are_limited_per_channel_after_a_short_burst() -> None:
    async with local_slack(Rules(post_burst=2)) as slack:
        here = [await slack.call("chat.postMessage", channel=GENERAL, text="x") for _ in range(3)]
        there = await slack.call("chat.postMessage", channel="C0RANDOM01", text="x")
    assert [answer.get("error") for answer in here] == [None, None, "ratelimited"]
    assert there["ok"]


def test_a_bucket_refills_one_call_each_gap() -> None:
    bucket = TokenBucket(burst=3, gap_s=1.0)
    assert [bucket.take(10.0) for _ in range(4)] == [0.0, 0.0, 0.0, 1.0]
    assert bucket.take(11.0) == 0.0
    assert bucket.take(11.5) == pytest.approx(0.5)
    assert [bucket.take(100.0) for _ in range(3)] == [0.0, 0.0, 0.0]


def test_the_wait_is_rounded_up_to_whole_seconds() -> None:
    limits, rules = RateLimits(), Rules(rate_period_s=2.5)
    for _ in range(20):
        limits.take(rules, "users.list", Tier.TWO, 0.0)
    with pytest.raises(RateLimited) as refused:
        limits.take(rules, "users.list", Tier.TWO, 0.1)
    assert refused.value.retry_after_s == 3
    limits.take(rules, "users.list", Tier.TWO, 2.6)


async def test_limits_can_be_switched_off_and_changed() -> None:
    async with local_slack(Rules(rate_limits=False)) as slack:
        assert all([(await slack.call("team.info"))["ok"] for _ in range(60)])
        await slack.control("PATCH", "rules", {"rate_limits": True, "limits": {"team.info": 1}})
        assert (await slack.call("team.info"))["ok"]
        assert (await slack.call("team.info"))["error"] == "ratelimited"
        status, _ = await slack.try_control("PATCH", "rules", {"rate_limit": True})
    assert status == 400


async def test_an_injected_limit_is_met_once_and_nothing_is_done() -> None:
    async with local_slack() as slack:
        fault = {"operation": "chat.postMessage", "kind": "limited", "retry_after_s": 1.2}
        await slack.control("POST", "faults", fault)
        with pytest.raises(SlackApiError) as refused:
            await client_of(slack).chat_postMessage(channel=GENERAL, text="x")
        assert refused.value.response.headers["Retry-After"] == "2"
        assert await slack.messages() == []
        assert (await slack.call("chat.postMessage", channel=GENERAL, text="x"))["ok"]


async def test_a_lost_answer_is_work_done() -> None:
    async with local_slack() as slack:
        await slack.control("POST", "faults", {"operation": "chat.postMessage", "kind": "lose"})
        with pytest.raises(aiohttp.ClientError):
            await slack.call("chat.postMessage", channel=GENERAL, text="x")
        assert [message["text"] for message in await slack.messages()] == ["x"]
        assert [(call["status"], call["ok"]) for call in await slack.calls("chat.postMessage")] == [(0, True)]


async def test_a_dropped_call_is_work_not_done() -> None:
    async with local_slack() as slack:
        await slack.control("POST", "faults", {"operation": "*", "kind": "drop"})
        with pytest.raises(aiohttp.ClientError):
            await slack.call("chat.postMessage", channel=GENERAL, text="x")
        assert await slack.messages() == []


async def test_a_server_error_and_a_slow_answer_can_be_had() -> None:
    async with local_slack() as slack:
        await slack.control("POST", "faults", {"operation": "team.info", "kind": "status", "status": 503})
        await slack.control("POST", "faults", {"operation": "team.info", "kind": "slow", "delay_s": 0.05})
        with pytest.raises(SlackApiError) as refused:
            await client_of(slack).team_info()
        began_at = asyncio.get_running_loop().time()
        assert (await slack.call("team.info"))["ok"]
        assert asyncio.get_running_loop().time() - began_at >= 0.05
    assert refused.value.response.status_code == 503

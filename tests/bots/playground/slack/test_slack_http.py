"""The local Slack without Socket Mode: signed requests, and what it makes of their answers."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from bots.playground.serving import serving
from bots.playground.slack.cloud import create_cloud
from bots.playground.slack.default_world import default_world
from bots.playground.slack.driving import local_slack
from bots.playground.slack.errors import SlackError
from bots.playground.slack.grants import Grants
from bots.playground.slack.rules import Rules

Request = tuple[dict[str, str], str]


@asynccontextmanager
async def an_app(*answers: web.Response) -> AsyncIterator[tuple[str, list[Request]]]:
    """An app that gives these answers, and then 200; its address, and the requests that it got."""
    got: list[Request] = []
    waiting = list(answers)

    async def take(request: web.Request) -> web.Response:
        got.append((dict(request.headers), await request.text()))
        return waiting.pop(0) if waiting else web.Response()

    app = web.Application()
    app.router.add_post("/events", take)
    async with serving(app) as url:
        yield f"{url}/events", got


def rules(url: str, **more: Any) -> Rules:
    return Rules(request_url=url, redelivery_delays_s=(0.0, 0.01, 0.01), subscriptions=("message.channels",), **more)


async def test_an_event_is_signed_json_that_slacks_own_verifier_takes() -> None:
    async with an_app() as (url, got), local_slack(rules(url)) as slack, slack.watching() as watcher:
        await slack.say("ann", "general", "hello")
        await watcher.until("delivery", lambda change: change["state"] == "acked")
    headers, body = got[0]
    assert SignatureVerifier(Rules().signing_secret).is_valid_request(body, headers)
    assert json.loads(body)["event"]["text"] == "hello"
    assert "X-Slack-Retry-Num" not in headers


async def test_an_event_that_is_not_taken_comes_three_more_times_with_the_reason() -> None:
    refusals = [web.Response(status=500) for _ in range(4)]
    async with an_app(*refusals) as (url, got), local_slack(rules(url)) as slack, slack.watching() as watcher:
        await slack.say("ann", "general", "hello")
        await watcher.until("delivery", lambda change: change["state"] == "dropped")
    retries = [(headers["X-Slack-Retry-Num"], headers["X-Slack-Retry-Reason"]) for headers, _ in got[1:]]
    assert retries == [("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert len({json.loads(body)["event_id"] for _, body in got}) == 1


async def test_any_2xx_takes_an_event_and_more_than_two_redirects_do_not() -> None:
    async with an_app(web.Response(status=202)) as (url, got), local_slack(rules(url)) as slack:
        async with slack.watching() as watcher:
            await slack.say("ann", "general", "hello")
            await watcher.until("delivery", lambda change: change["state"] == "acked")
        around = [web.Response(status=307, headers={"Location": "/events"}) for _ in range(3)]
        async with an_app(*around) as (astray, gone), slack.watching() as watcher:
            await slack.control("PATCH", "rules", {"request_url": astray})
            await slack.say("ann", "general", "hello")
            await watcher.until("delivery", lambda change: change["state"] == "acked")
    assert len(got) == 1
    assert [headers.get("X-Slack-Retry-Reason") for headers, _ in gone] == [None] * 3 + ["too_many_redirects"]


async def test_an_app_can_ask_for_no_retry() -> None:
    refusal = web.Response(status=500, headers={"X-Slack-No-Retry": "1"})
    async with an_app(refusal) as (url, got), local_slack(rules(url)) as slack, slack.watching() as watcher:
        await slack.say("ann", "general", "hello")
        await watcher.until("delivery", lambda change: change["state"] == "dropped")
    assert len(got) == 1


async def test_a_command_is_a_form_and_its_answer_is_shown() -> None:
    shown = web.json_response({"text": "Done."})
    async with an_app(shown) as (url, got), local_slack(rules(url)) as slack, slack.watching() as watcher:
        await slack.control("POST", "commands", {"user": "ann", "channel": "general", "command": "/do", "text": "a&b"})
        change = await watcher.until("ephemeral")
    assert change["message"]["text"] == "Done."
    assert "command=%2Fdo" in got[0][1]


def test_codes_and_refresh_tokens_work_once() -> None:
    grants, world = Grants("id", "secret", ("chat:write",), 43_200), default_world()
    code = grants.new_code(world, None)
    first = grants.access("id", "secret", {"code": code})
    with pytest.raises(SlackError, match="code_already_used"):
        grants.access("id", "secret", {"code": code})
    asked = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = grants.access("id", "secret", asked)
    assert second["access_token"] != first["access_token"]
    with pytest.raises(SlackError, match="invalid_refresh_token"):
        grants.access("id", "secret", asked)
    with pytest.raises(SlackError, match="bad_client_secret"):
        grants.access("id", "wrong", asked)
    grants.revoke(world)
    assert grants.tokens == {}


async def test_an_app_names_itself_in_a_form_as_well_and_its_tokens_end_for_known_reasons() -> None:
    world, grants = default_world(), Grants("id", "secret", ("chat:write",), 60)
    cloud_app, _ = create_cloud([world], grants)
    async with serving(cloud_app) as url, aiohttp.ClientSession() as http:

        async def called(method: str, **form: str) -> dict[str, Any]:
            async with http.post(f"{url}/api/{method}", data=form) as answer:
                decoded: dict[str, Any] = await answer.json()
                return decoded

        form = {"client_id": "id", "client_secret": "secret", "code": grants.new_code(world, None)}
        token = (await called("oauth.v2.access", **form))["access_token"]
        fresh = await called("auth.test", token=token)
        unknown = await called("auth.test", token="xoxb-other")
        world.clock = lambda: time.time() + 60
        expired = await called("auth.test", token=token)
        grants.revoke(world)
        removed = await called("auth.test", token=token)
    assert fresh["ok"], fresh
    assert [answer["error"] for answer in (unknown, expired, removed)] == [
        "invalid_auth",
        "token_expired",
        "account_inactive",
    ]

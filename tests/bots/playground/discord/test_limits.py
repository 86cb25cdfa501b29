"""Rate limits, their headers, and faults."""

import asyncio
import time

import aiohttp
import pytest

from bots.playground.discord.limits import Limits
from bots.playground.discord.rules import Rules
from tests.bots.playground.discord.driving import Place, connected, library, opened

QUICK_WINDOW = Rules(write_window_s=0.2)


async def route(place: Place, channel: str = "general") -> str:
    return f"/channels/{await place.id_of(channel)}/messages"


async def test_the_sixth_write_in_a_window_is_limited_with_the_real_headers(place: Place) -> None:
    path = await route(place)
    for left in (4, 3, 2, 1, 0):
        status, _, headers = await place.api_with_headers("POST", path, {"content": "x"})
        assert (status, headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == (200, "5", str(left))
        assert headers["Content-Type"] == "application/json"
        assert headers["Via"]
        assert 0 < float(headers["X-RateLimit-Reset-After"]) <= 5
        assert abs(float(headers["X-RateLimit-Reset"]) - time.time()) < 6
    status, body, headers = await place.api_with_headers("POST", path, {"content": "x"})
    assert status == 429
    assert headers["X-RateLimit-Scope"] == "user"
    assert headers["Via"]
    assert int(headers["Retry-After"]) >= body["retry_after"] > 0
    assert body["global"] is False
    assert (await place.api("POST", await route(place, "random"), {"content": "x"}))[0] == 200


async def test_posts_and_edits_count_apart_unless_they_share_a_bucket(place: Place) -> None:
    path = await route(place)
    _, message, posted = await place.api_with_headers("POST", path, {"content": "x"})
    _, _, edited = await place.api_with_headers("PATCH", f"{path}/{message['id']}", {"content": "y"})
    assert posted["X-RateLimit-Bucket"] != edited["X-RateLimit-Bucket"]
    assert edited["X-RateLimit-Remaining"] == "4"
    await place.control("PATCH", "rules", {"shared_write_bucket": True})
    _, _, posted = await place.api_with_headers("POST", path, {"content": "x"})
    _, _, edited = await place.api_with_headers("PATCH", f"{path}/{message['id']}", {"content": "y"})
    assert posted["X-RateLimit-Bucket"] == edited["X-RateLimit-Bucket"]
    assert edited["X-RateLimit-Remaining"] == "3"


async def test_the_client_paces_itself_by_the_headers_without_a_single_429() -> None:
    async with opened(QUICK_WINDOW) as place, connected(place) as bot:
        channel = bot.get_channel(int(await place.id_of("general")))
        assert isinstance(channel, library.TextChannel)
        for number in range(12):
            await channel.send(str(number))
        calls = (await place.control("GET", "calls"))["calls"]
        posts = [call for call in calls if call["operation"] == "POST /channels/{channel}/messages"]
        assert [call["status"] for call in posts] == [200] * 12


async def test_the_global_limit_counts_all_routes_but_those_of_interactions() -> None:
    async with opened(Rules(global_per_second=3)) as place:
        for path in ("/users/@me", "/gateway", "/gateway/bot"):
            assert (await place.api("GET", path))[0] == 200
        status, body, headers = await place.api_with_headers("GET", "/applications/@me")
        assert (status, body["global"], headers["X-RateLimit-Global"]) == (429, True, "true")
        assert headers["X-RateLimit-Scope"] == "global"
        assert (await place.api("POST", "/interactions/1/token/callback", {"type": 4}))[1]["code"] == 10062


async def test_too_many_invalid_requests_shut_the_address_out() -> None:
    async with opened(Rules(invalid_requests_per_window=3)) as place:
        for _ in range(4):
            assert (await place.api("GET", "/users/@me", token="wrong"))[0] == 401
        status, body, headers = await place.api_with_headers("GET", "/users/@me")
        assert (status, body) == (429, "error code: 1015")
        assert "Via" not in headers


async def test_messages_older_than_an_hour_take_only_so_many_edits() -> None:
    async with opened(Rules(old_edits_per_window=2, old_message_age_s=0)) as place:
        path = await route(place)
        _, message = await place.api("POST", path, {"content": "x"})
        edits = [await place.api("PATCH", f"{path}/{message['id']}", {"content": str(n)}) for n in range(3)]
        assert [status for status, _ in edits] == [200, 200, 429]
        assert edits[2][1]["code"] == 30046
        assert edits[2][1]["retry_after"] > 0


def test_a_window_is_free_again_when_it_has_passed() -> None:
    limits = Limits(Rules())
    take = [limits.take("POST /x", "1", 0.0, exempt_from_global=True).retry_after_s for _ in range(6)]
    assert take == [0, 0, 0, 0, 0, 5]
    assert limits.take("POST /x", "2", 0.0, exempt_from_global=True).retry_after_s == 0
    assert limits.take("POST /x", "1", 5.0, exempt_from_global=True).retry_after_s == 0


async def test_a_limited_fault_is_met_once_and_nothing_is_done(quick: Place) -> None:
    fault = {"operation": "POST /channels/{channel}/messages", "kind": "limited", "retry_after_s": 0.05}
    await quick.control("POST", "faults", fault)
    async with connected(quick) as bot:
        channel = bot.get_channel(int(await quick.id_of("general")))
        assert isinstance(channel, library.TextChannel)
        message = await channel.send("through")
    state = await quick.state()
    assert [each["id"] for each in state["messages"][str(channel.id)]] == [str(message.id)]
    calls = (await quick.control("GET", "calls"))["calls"]
    posts = [call["status"] for call in calls if call["operation"] == fault["operation"]]
    assert posts == [429, 200]


async def test_a_lost_answer_has_done_its_work(quick: Place) -> None:
    path = await route(quick)
    await quick.control("POST", "faults", {"operation": "POST /channels/{channel}/messages", "kind": "lose"})
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await quick.api("POST", path, {"content": "x", "nonce": "1", "enforce_nonce": True})
    _, again = await quick.api("POST", path, {"content": "x", "nonce": "1", "enforce_nonce": True})
    assert [each["id"] for each in (await quick.api("GET", path))[1]] == [again["id"]]


async def test_a_status_fault_answers_what_it_is_told(quick: Place) -> None:
    fault = {"operation": "*", "kind": "status", "status": 503, "body": "<html>", "content_type": "text/html"}
    await quick.control("POST", "faults", fault)
    assert await quick.api("GET", "/users/@me") == (503, "<html>")
    assert (await quick.api("GET", "/users/@me"))[0] == 200


async def test_calls_are_logged_with_their_bodies_and_codes(quick: Place) -> None:
    path = await route(quick)
    await quick.api("POST", path, {"content": ""})
    calls = (await quick.control("GET", "calls"))["calls"]
    assert calls[-1]["operation"] == "POST /channels/{channel}/messages"
    assert (calls[-1]["body"], calls[-1]["status"], calls[-1]["code"]) == ({"content": ""}, 400, 50006)
    await quick.control("DELETE", "calls")
    assert (await quick.control("GET", "calls"))["calls"] == []


async def test_hundreds_of_edits_at_once_are_served_quickly(quick: Place) -> None:
    path = await route(quick)
    _, message = await quick.api("POST", path, {"content": "x"})
    began = time.monotonic()
    edits = (quick.api("PATCH", f"{path}/{message['id']}", {"content": str(n)}) for n in range(300))
    assert {status for status, _ in await asyncio.gather(*edits)} == {200}
    assert time.monotonic() - began < 5

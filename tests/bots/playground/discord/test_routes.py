"""Every REST route answers whatever it is sent, and never breaks."""

from typing import Any

import pytest

from bots.playground.discord.rest.call import Route
from bots.playground.discord.server import FAMILIES
from tests.bots.playground.discord.driving import Place

ROUTES = [route for family in FAMILIES for route in family.ROUTES]
STRANGE: list[Any] = [
    None,
    [],
    [1],
    "text",
    {},
    {"name": 5, "type": "x", "message": 1, "messages": ["x", "y"], "flags": "x", "data": 3},
    {"name": "ok", "message": {"content": 4}, "archived": "yes", "locked": 1, "recipient_id": [], "channel_id": {}},
    {"type": 5, "data": {"flags": "x"}, "content": [], "embeds": [1], "components": [{"type": 1, "components": [2]}]},
    {"content": "x", "message_reference": {"type": 1}, "allowed_mentions": {"parse": 1, "users": {}, "roles": "x"}},
]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
async def test_a_route_understands_or_refuses(quick: Place, route: Route) -> None:
    state = await quick.state()
    general = await quick.id_of("general")
    for body in STRANGE:
        message = await quick.say("Ann", "general", "target")
        _, hook = await quick.api("POST", f"/channels/{general}/webhooks", {"name": "x"})
        ids = {
            "guild": state["guild"]["id"],
            "channel": general,
            "message": message,
            "application": state["application"]["id"],
            "webhook": hook.get("id", "1"),
            "token": hook.get("token", "x"),
            "interaction": "1",
            "user": await quick.id_of("Ben"),
            "command": "1",
            "emoji": "%F0%9F%91%8D",
            "role": state["roles"][0]["id"],
            "answer": "1",
        }
        status, answer = await quick.api(route.method, route.path.format(**ids), body)
        assert status < 500, answer
        assert status == 204 or status < 300 or "code" in answer
        if (await quick.api("GET", f"/channels/{general}"))[0] != 200:
            return


@pytest.mark.parametrize("before", ["x", "yesterday"])
async def test_a_bad_moment_is_refused(quick: Place, before: str) -> None:
    general = await quick.id_of("general")
    status, answer = await quick.api("GET", f"/channels/{general}/threads/archived/public?before={before}")
    assert (status, answer["code"]) == (400, 50035)


async def test_a_wrong_method_and_a_caller_without_a_name_are_refused(quick: Place) -> None:
    status, answer = await quick.api("PUT", f"/channels/{await quick.id_of('general')}/messages")
    assert (status, answer) == (405, {"message": "405: Method Not Allowed", "code": 0})
    async with quick.session.get(f"{quick.url}/api/v10/gateway", headers={"User-Agent": ""}) as nameless:
        assert (nameless.status, (await nameless.json())["code"]) == (403, 40333)

"""The control API keeps itself: bad input, foreign pages, and what people may do."""

from typing import Any

import aiohttp
import pytest

from bots.playground.slack.driving import local_slack

MESSAGE = {"user": "ann", "channel": "general", "text": "hello"}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("messages", {"user": "nobody", "channel": "general", "text": "x"}, 404),
        ("messages", {"user": "ann", "channel": "nowhere", "text": "x"}, 404),
        ("messages", {"user": "chloe", "channel": "leadership", "text": "x"}, 403),
        ("messages", {"user": "ann", "channel": "general", "text": 5}, 400),
        ("messages", {"user": "ann", "channel": "general", "txt": "x"}, 400),
        ("messages", {"user": "ann", "channel": "general", "text": "x", "thread_ts": "1.000001"}, 404),
        ("messages", {"user": "ann", "channel": "general", "files": [{"name": "a", "content": "?"}]}, 400),
        ("commands", {"user": "ann", "channel": "general", "command": "parley"}, 400),
        ("commands", {"user": "deploybot", "channel": "general", "command": "/parley"}, 400),
        ("actions", {"user": "ann", "action_id": "go"}, 400),
        ("views/V1/submit", {"user": "ann", "values": {}}, 404),
        ("home", {"user": "ann", "tab": "attic"}, 400),
        ("raw-events", {}, 400),
        ("raw-events", {"frame": "x"}, 409),
        ("sockets/disconnect", {"reason": "boredom"}, 400),
        ("faults", {"operation": "x", "kind": "magic"}, 400),
    ],
)
async def test_bad_input_is_refused_with_a_reason(path: str, body: dict[str, Any], status: int) -> None:
    async with local_slack() as slack:
        answered, answer = await slack.try_control("POST", path, body)
    assert answered == status
    assert answer["error"]


async def test_writes_need_json_and_foreign_pages_get_nothing() -> None:
    async with local_slack() as slack:
        address = f"{slack.url}/control/messages"
        async with slack.http.post(address, data="{}", headers={"Content-Type": "text/plain"}) as answer:
            assert answer.status == 415
        async with slack.http.post(address, json=MESSAGE, headers={"Origin": "https://evil.example"}) as answer:
            assert answer.status == 403
        async with slack.http.post(address, json=MESSAGE, headers={"Origin": slack.url}) as answer:
            assert answer.status == 201
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await slack.http.ws_connect(f"{slack.url}/control/events", headers={"Origin": "https://evil.example"})


async def test_people_edit_their_own_and_admins_delete_anybodys() -> None:
    async with local_slack() as slack:
        ts = await slack.say("chloe", "general", "mine")
        edit = {"channel": "general", "ts": ts, "text": "x"}
        foreign, _ = await slack.try_control("PATCH", "messages", edit | {"user": "ann"})
        own, _ = await slack.try_control("PATCH", "messages", edit | {"user": "chloe"})
        ben, _ = await slack.try_control("DELETE", "messages", user="ben", channel="general", ts=ts)
        ann, _ = await slack.try_control("DELETE", "messages", user="ann", channel="general", ts=ts)
        nothing, _ = await slack.try_control("DELETE", "messages", user="ann")
    assert (foreign, own, ben, ann, nothing) == (403, 200, 403, 200, 400)


async def test_the_state_shows_the_whole_workspace() -> None:
    async with local_slack() as slack:
        state = await slack.state()
    assert state["me"] == {"user_id": "U0PARLEY01", "bot_id": "B0PARLEY01", "app_id": "A0PARLEY01", "name": "Parley"}
    assert [user["name"] for user in state["users"] if user["is_admin"]] == ["ann"]
    kinds = {channel["name"]: channel["kind"] for channel in state["channels"]}
    assert (kinds["general"], kinds["leadership"], kinds["D0ANN00001"]) == ("channel", "group", "im")
    assert state["rules"]["rate_limits"] is True


async def test_watchers_see_changes_as_they_come() -> None:
    async with local_slack() as slack, slack.watching() as watcher:
        ts = await slack.say("ann", "general", "hello")
        posted = await watcher.until("message")
        body = {"user": "ben", "channel": "general", "ts": ts, "name": "wave"}
        await slack.control("POST", "reactions", body)
        await slack.control("DELETE", "reactions", user="ben", channel="general", ts=ts, name="wave")
        added, removed = await watcher.until("reaction_added"), await watcher.until("reaction_removed")
        await slack.control("PATCH", "rules", {"rate_limits": False})
        rules = await watcher.until("rules")
    assert posted["message"]["ts"] == ts
    assert (added["user"], removed["reaction"]) == ("U0BEN00001", "wave")
    assert rules["rules"]["rate_limits"] is False


async def test_a_command_that_the_app_does_not_have_is_refused_like_slack_does() -> None:
    async with local_slack() as slack, slack.watching() as watcher:
        await slack.control("PATCH", "rules", {"commands": ["/parley"]})
        await slack.control("POST", "commands", {"user": "ann", "channel": "general", "command": "/other"})
        failure = await watcher.until("error")
    assert failure["text"] == "/other is not a valid command."

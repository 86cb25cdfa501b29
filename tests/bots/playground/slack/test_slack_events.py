"""Events as they arrive at a bare Socket Mode connection."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bots.playground.slack.driving import LocalSlack, local_slack
from bots.playground.slack.rules import MentionOrder, Rules

GENERAL = "C0GENERAL1"
FREE = Rules(rate_limits=False)


class Ear:
    """Acknowledges all events that come."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def outer(self) -> dict[str, Any]:
        envelope = await self._socket.receive_json(timeout=5)
        await self._socket.send_json({"envelope_id": envelope["envelope_id"]})
        payload: dict[str, Any] = envelope["payload"]
        return payload

    async def event(self) -> dict[str, Any]:
        event: dict[str, Any] = (await self.outer())["event"]
        return event


@asynccontextmanager
async def listening(rules: Rules = FREE) -> AsyncIterator[tuple[LocalSlack, Ear]]:
    async with local_slack(rules) as slack, slack.connected() as socket:
        yield slack, Ear(socket)


async def test_one_mention_is_two_events_with_one_timestamp() -> None:
    async with listening() as (slack, ear):
        ts = await slack.say("ann", "general", "@Parley hello")
        first, second = await ear.outer(), await ear.outer()
    assert [payload["event"]["type"] for payload in (first, second)] == ["app_mention", "message"]
    assert [payload["event"]["ts"] for payload in (first, second)] == [ts, ts]
    assert first["event_id"] != second["event_id"]
    assert second["event"]["channel_type"] == "channel"
    assert "channel_type" not in first["event"]


async def test_the_order_of_the_two_can_be_turned_round() -> None:
    rules = Rules(mention_order=MentionOrder.MESSAGE_FIRST)
    async with listening(rules) as (slack, ear):
        await slack.say("ann", "general", "@Parley hello")
        assert [(await ear.event())["type"] for _ in range(2)] == ["message", "app_mention"]


async def test_the_outer_envelope_is_whole() -> None:
    async with listening() as (slack, ear):
        await slack.say("ann", "general", "hello")
        outer = await ear.outer()
    assert outer["type"] == "event_callback"
    assert (outer["team_id"], outer["api_app_id"]) == ("T0PARLEY00", "A0PARLEY01")
    assert outer["authorizations"][0]["user_id"] == "U0PARLEY01"
    assert outer["is_ext_shared_channel"] is False
    assert {"token", "event_id", "event_time", "event_context"} <= outer.keys()


async def test_typed_names_links_and_special_characters_arrive_in_markup() -> None:
    async with listening() as (slack, ear):
        await slack.say("ann", "general", "@Ben & @chloé in #random: <b> https://a.b/c?d=1&e=2. @here mail@ben.org")
        event = await ear.event()
    assert event["text"] == (
        "<@U0BEN00001> &amp; <@U0CHLOE001> in <#C0RANDOM01|random>: &lt;b&gt; "
        "<https://a.b/c?d=1&amp;e=2>. <!here> mail@ben.org"
    )
    elements = event["blocks"][0]["elements"][0]["elements"]
    assert elements[0] == {"type": "user", "user_id": "U0BEN00001"}
    assert {"type": "link", "url": "https://a.b/c?d=1&e=2"} in elements


async def test_names_are_found_however_they_are_written() -> None:
    async with listening() as (slack, ear):
        await slack.say("ann", "general", "@BEN #General @HERE @benny <@U0CHLOE001> https://a.b/x|y")
        event = await ear.event()
    assert event["text"] == ("<@U0BEN00001> <#C0GENERAL1|general> <!here> @benny <@U0CHLOE001> <https://a.b/x%7Cy>")


async def test_names_in_code_stay_as_typed() -> None:
    async with listening() as (slack, ear):
        await slack.say("ann", "general", "`@Ben <x>` and\n```\n@here\n```")
        assert (await ear.event())["text"] == "`@Ben &lt;x&gt;` and\n```\n@here\n```"


async def test_a_reply_names_its_thread_and_its_roots_author() -> None:
    async with listening() as (slack, ear):
        root = await slack.say("ann", "general", "root")
        await ear.event()
        await slack.say("ben", "general", "reply", thread_ts=root)
        reply = await ear.event()
    assert (reply["thread_ts"], reply["parent_user_id"]) == (root, "U0ANN00001")


async def test_every_update_comes_back_as_message_changed() -> None:
    async with listening() as (slack, ear):
        posted = await slack.call("chat.postMessage", channel=GENERAL, text="one")
        own = await ear.event()
        for text in ("two", "three"):
            await slack.call("chat.update", channel=GENERAL, ts=posted["ts"], text=text)
        second, third = await ear.event(), await ear.event()
    assert (own["bot_id"], own["user"], own["app_id"]) == ("B0PARLEY01", "U0PARLEY01", "A0PARLEY01")
    assert second["subtype"] == "message_changed"
    assert second["hidden"] is True
    assert (second["previous_message"]["text"], second["message"]["text"]) == ("one", "two")
    assert third["message"]["text"] == "three"


async def test_a_persons_edit_says_who_edited_and_an_unfurl_keeps_the_text() -> None:
    async with listening() as (slack, ear):
        ts = await slack.say("ann", "general", "see https://a.b/")
        await ear.event()
        args = {"channel": GENERAL, "ts": ts}
        await slack.control("PATCH", "messages", args | {"attachments": [{"title": "A page"}]})
        unfurl = await ear.event()
        await slack.control("PATCH", "messages", args | {"user": "ann", "text": "look"})
        edit = await ear.event()
    assert unfurl["message"]["text"] == unfurl["previous_message"]["text"]
    assert unfurl["message"]["attachments"] == [{"title": "A page"}]
    assert "edited" not in unfurl["message"]
    assert edit["message"]["edited"]["user"] == "U0ANN00001"
    assert edit["message"]["text"] == "look"


async def test_deletions_name_what_was_deleted() -> None:
    async with listening() as (slack, ear):
        ts = await slack.say("ann", "general", "oops")
        await ear.event()
        await slack.control("DELETE", "messages", user="ann", channel=GENERAL, ts=ts)
        event = await ear.event()
    assert (event["subtype"], event["deleted_ts"]) == ("message_deleted", ts)
    assert event["previous_message"]["text"] == "oops"


async def test_another_apps_message_has_its_bot_id() -> None:
    async with listening() as (slack, ear):
        await slack.say("deploybot", "general", "deployed")
        event = await ear.event()
    assert (event["bot_id"], event["user"]) == ("B0DEPLOY01", "U0DEPLOY01")
    assert "client_msg_id" not in event


async def test_joining_is_an_event_and_a_message() -> None:
    async with listening() as (slack, ear):
        await slack.control("POST", "members", {"user": "parley", "channel": "leadership"})
        joined, message = await ear.event(), await ear.event()
    assert (joined["type"], joined["channel"]) == ("member_joined_channel", "C0LEADERS1")
    assert message["subtype"] == "channel_join"
    assert message["channel_type"] == "group"


async def test_the_app_hears_nothing_of_channels_it_is_not_in_but_public_mentions() -> None:
    async with listening() as (slack, ear):
        await slack.control("DELETE", "members", user="parley", channel="random")
        assert [(await ear.event())["type"] for _ in range(2)] == ["message", "member_left_channel"]
        await slack.say("ann", "leadership", "@Parley secret")
        await slack.say("ann", "random", "not for you")
        await slack.say("ann", "random", "@Parley for you")
        event = await ear.event()
    assert (event["type"], event["text"]) == ("app_mention", "<@U0PARLEY01> for you")


async def test_only_what_the_app_is_subscribed_to_is_sent() -> None:
    async with listening(Rules(subscriptions=("message.im",))) as (slack, ear):
        ts = await slack.say("ann", "general", "@Parley hello")
        await slack.control("POST", "reactions", {"user": "ann", "channel": GENERAL, "ts": ts, "name": "eyes"})
        await slack.say("ann", "D0ANN00001", "psst")
        event = await ear.event()
    assert (event["channel_type"], event["text"]) == ("im", "psst")


async def test_a_mention_in_a_direct_message_is_one_event() -> None:
    async with listening() as (slack, ear):
        await slack.say("ann", "D0ANN00001", "@Parley hello")
        await slack.say("ann", "D0ANN00001", "again")
        assert [(await ear.event())["type"] for _ in range(2)] == ["message", "message"]


async def test_reactions_and_home_visits_are_events() -> None:
    async with listening() as (slack, ear):
        posted = await slack.call("chat.postMessage", channel=GENERAL, text="x")
        await ear.event()
        body = {"user": "ann", "channel": GENERAL, "ts": posted["ts"], "name": "tada"}
        await slack.control("POST", "reactions", body)
        reaction = await ear.event()
        await slack.control("POST", "home", {"user": "ann", "tab": "messages"})
        home = await ear.event()
    assert (reaction["type"], reaction["item_user"]) == ("reaction_added", "U0PARLEY01")
    assert (home["type"], home["tab"], home["channel"]) == ("app_home_opened", "messages", "D0ANN00001")


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "channel": GENERAL, "text": "no user", "ts": "1.000001"},
        {"type": "never_heard_of"},
        {"type": "message", "user": "U0ANN00001", "text": None},
        {"type": "message", "user": "U0ANN00001", "text": "nul \x00 and \ud800"},
        "not an object",
    ],
)
async def test_raw_events_arrive_as_they_were_given(event: Any) -> None:
    async with listening() as (slack, ear):
        await slack.control("POST", "raw-events", {"event": event})
        assert await ear.event() == event


async def test_a_lone_surrogate_travels_as_its_escape_and_fields_can_be_overridden() -> None:
    async with local_slack(FREE) as slack, slack.connected() as socket:
        await slack.say("ann", "general", "broken \ud800 text", event={"user": None, "subtype": "odd"})
        frame = await socket.receive_str(timeout=5)
        stored = (await slack.messages())[0]["text"]
    assert "\\ud800" in frame
    event = json.loads(frame)["payload"]["event"]
    assert (event["user"], event["subtype"]) == (None, "odd")
    assert stored == "broken \ud800 text"


async def test_a_raw_payload_and_a_raw_frame_are_sent_as_they_are() -> None:
    async with local_slack(FREE) as slack, slack.connected() as socket:
        await slack.control("POST", "raw-events", {"payload": {"event_id": "Ev1", "odd": True}})
        assert (await socket.receive_json(timeout=5))["payload"] == {"event_id": "Ev1", "odd": True}
        await slack.control("POST", "raw-events", {"frame": "not json"})
        assert await socket.receive_str(timeout=5) == "not json"

"""Payloads in the shape that Slack documents (docs.slack.dev/reference/events), read as they would arrive."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bots.playground.slack.driving import local_slack
from bots.slack import changes, events, people, stopping, web
from bots.slack.app import team_of
from bots.slack.changes import Deleted, Edited
from bots.slack.events import Self
from bots.slack.names import Names
from bots.slack.rights import Rights
from bots.slack.status import Spot
from bots.slack.stopping import Press
from storage.incoming import Incoming, Place
from storage.words import AuthorKind, Platform

PAYLOADS = Path(__file__).parent / "payloads"
TEAM = "T0PARLEY00"
OWN = Self(team_id=TEAM, team_name="Playground", user_id="U0PARLEY01", bot_id="B0PARLEY01")
GENERAL = Place(platform=Platform.SLACK, workspace_id=TEAM, channel_id="C0GENERAL1")
FIRST = "1795330000.000200"


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Reader:
    """Reads payloads with the names of the local Slack."""

    names: Names

    async def said(self, name: str) -> Incoming | None:
        body = payload(name)
        return await events.incoming(body["event"], team_of(body), OWN, self.names)

    async def changed(self, name: str) -> Edited | Deleted | None:
        body = payload(name)
        return await changes.change(body["event"], team_of(body), OWN, self.names)


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    async with local_slack() as slack, aiohttp.ClientSession() as connections:
        yield Reader(Names(web.client("xoxb-playground", slack.api, connections)))


SAID = {
    "app_mention": ("Ann", FIRST, True),
    "message_channels": ("Ann", FIRST, True),
    "message_in_thread": ("Ann", FIRST, False),
    "message_im": ("Ann", FIRST, True),
    "message_im_in_agent_view": ("Ann", FIRST, True),
    "message_mpim": ("Ann", FIRST, True),
    "message_groups": ("Ann", FIRST, True),
    "message_file_share": ("Ann", FIRST, True),
    "message_thread_broadcast": ("Ann", FIRST, False),
    "message_of_another_app": ("Deploybot", FIRST, True),
    "message_of_a_stranger": ("Sam of Mills", FIRST, True),
}
UNSAID = [
    "message_of_its_own",
    "message_channel_join",
    "message_of_slackbot",
    "message_changed_by_its_author",
    "message_changed_by_an_unfurl",
    "message_changed_by_parley",
    "message_changed_to_a_tombstone",
    "message_deleted",
    "message_deleted_of_its_own",
    "message_replied",
    "agent_session_stopped",
]
UNCHANGED = [
    *SAID,
    "message_changed_by_an_unfurl",
    "message_changed_by_parley",
    "message_replied",
    "message_of_its_own",
]


@pytest.mark.parametrize("name", SAID)
async def test_what_is_said_is_read(reader: Reader, name: str) -> None:
    incoming = await reader.said(name)
    assert incoming is not None
    assert (incoming.author.name, incoming.thread_key, incoming.asks) == SAID[name]
    assert incoming.place.workspace_id == TEAM


@pytest.mark.parametrize("name", UNSAID)
async def test_what_nobody_says_is_not_read_as_said(reader: Reader, name: str) -> None:
    assert await reader.said(name) is None


@pytest.mark.parametrize("name", UNCHANGED)
async def test_what_changes_nothing_is_not_read_as_a_change(reader: Reader, name: str) -> None:
    assert await reader.changed(name) is None


async def test_the_two_events_of_a_mention_are_the_same_message(reader: Reader) -> None:
    assert await reader.said("app_mention") == await reader.said("message_channels")


async def test_markup_is_read_as_people_see_it(reader: Reader) -> None:
    incoming = await reader.said("message_channels")
    assert incoming is not None
    assert incoming.text == "what does <b> mean, @Ben? See [this](https://example.com) & #random"


async def test_group_and_direct_messages_have_no_channel_name(reader: Reader) -> None:
    for name in ("message_im", "message_mpim"):
        incoming = await reader.said(name)
        assert incoming is not None
        assert incoming.place.channel_name == ""


async def test_another_app_is_a_bot(reader: Reader) -> None:
    incoming = await reader.said("message_of_another_app")
    assert incoming is not None
    assert incoming.author.kind is AuthorKind.BOT


async def test_an_edit_is_read_with_its_new_text_and_its_time(reader: Reader) -> None:
    edited = await reader.changed("message_changed_by_its_author")
    assert isinstance(edited, Edited)
    assert (edited.place, edited.message_id, edited.text) == (GENERAL, FIRST, "how are you, @Ben?")
    assert edited.at.timestamp() == 1795330009.0


@pytest.mark.parametrize(
    ("name", "ts"),
    [
        ("message_deleted", FIRST),
        ("message_deleted_of_its_own", "1795330001.000300"),
        ("message_changed_to_a_tombstone", FIRST),
    ],
)
async def test_a_deletion_is_read(reader: Reader, name: str, ts: str) -> None:
    assert await reader.changed(name) == Deleted(GENERAL, ts)


def test_slacks_own_stop_is_read() -> None:
    body = payload("agent_session_stopped")
    pressed = Press(Spot(TEAM, "C0GENERAL1", FIRST), "U0ANN00001")
    assert stopping.press(body["event"], team_of(body)) == pressed


def test_a_button_is_pressed_by_a_person_of_the_workspace() -> None:
    person = people.who_used(payload("block_actions_stop"), Rights(lambda team_id: web.client(None, "", None)))
    assert (person.platform, person.workspace_id, person.id) == (Platform.SLACK, TEAM, "U0ANN00001")


def test_every_payload_is_read_by_a_test() -> None:
    read = {*SAID, *UNSAID, "block_actions_stop"}
    assert {path.stem for path in PAYLOADS.glob("*.json")} >= read

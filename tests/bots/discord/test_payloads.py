from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bots.discord.client import naming_its_shard
from bots.discord.events import Events
from bots.discord.openings import Openings
from bots.discord.places import Places, place_of, workspace_of
from bots.discord.refusals import Refusals
from core.nearby import Nearby
from storage.database import Database
from tests.bots.discord.replaying import PAYLOADS, Replaying

NAMES = sorted(path.stem for path in PAYLOADS.glob("*.json"))


@pytest.fixture
async def client() -> Replaying:
    client = Replaying()
    client.replay("guild_create")
    client.replay("thread_create")
    return client


@pytest.fixture
async def events(client: Replaying, tmp_path: Path) -> AsyncIterator[Events]:
    database = await Database.open(f"sqlite:///{tmp_path}/parley.db")
    nearby = Nearby(database)
    yield Events(client, Places(client), nearby, Openings(wanted=False), Refusals(client))
    await database.close()


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("guild_create", "thread_create")])
async def test_every_payload_is_read_by_the_library(client: Replaying, name: str) -> None:
    assert client.replay(name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("message_mention", "what is the capital of Canada?"),
        ("message_reply", "what now?"),
        ("message_reply_to_deleted", "what was it?"),
        ("message_forward", "Forwarded: The build is red."),
        ("message_attachment", "read this"),
    ],
)
async def test_what_asks_is_read_as_a_question(client: Replaying, events: Events, name: str, text: str) -> None:
    incoming = await events.incoming(client.message(name))
    assert incoming is not None
    assert incoming.asks
    assert incoming.text == text
    assert incoming.author.name == "Ann"


async def test_a_message_that_mentions_nobody_is_no_concern_of_parleys(client: Replaying, events: Events) -> None:
    assert await events.incoming(client.message("message_plain")) is None


async def test_a_reply_brings_what_it_replies_to(client: Replaying, events: Events) -> None:
    incoming = await events.incoming(client.message("message_reply"))
    assert incoming is not None
    assert [(one.author.name, one.text) for one in incoming.before] == [("Ben", "The build is red.")]
    assert incoming.in_reply_to == incoming.before[0].message_id == incoming.thread_key


async def test_files_are_announced_with_their_sizes(client: Replaying, events: Events) -> None:
    incoming = await events.incoming(client.message("message_attachment"))
    assert incoming is not None
    assert [(one.name, one.size) for one in incoming.files] == [("build.log", 3)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("message_components", "Deployed.\n\nAll is green."),
        ("message_embed", "Build 7\nfailed\nBranch: main"),
    ],
)
async def test_what_programs_show_is_read_as_text(client: Replaying, events: Events, name: str, text: str) -> None:
    message = client.message(name)
    assert events.text(message, message.guild) == text


async def test_a_thread_belongs_to_its_channel_and_is_its_own_conversation(client: Replaying) -> None:
    message = client.message("message_in_thread")
    spot = await Places(client).spot(message.channel, message.author.id)
    assert spot.key == f"thread:{message.channel.id}"
    assert spot.place.channel_name == "random"
    assert spot.posts_in == str(message.channel.id)


async def test_an_unfurled_link_has_no_moment_of_editing(client: Replaying) -> None:
    edited = dict(client.replay("message_edited"))["raw_message_edit"]
    unfurled = dict(client.replay("message_unfurled"))["raw_message_edit"]
    assert edited.data["edited_timestamp"] is not None
    assert unfurled.data["edited_timestamp"] is None
    assert unfurled.message.content == "see https://example.com/page"


async def test_where_only_a_person_installed_parley_they_are_their_own_workspace(client: Replaying) -> None:
    ours = dict(client.replay("interaction_command"))["interaction"]
    theirs = dict(client.replay("interaction_of_user_install"))["interaction"]
    assert workspace_of(ours).id == str(ours.guild_id)
    assert workspace_of(theirs).id == f"dm:{theirs.user.id}"
    assert place_of(ours).channel_name == "general"
    assert place_of(theirs).workspace_name == ""


async def test_a_message_without_components_is_read(client: Replaying, events: Events) -> None:
    message = client.message("message_mention")
    del message.components
    incoming = await events.incoming(message)
    assert incoming is not None
    assert incoming.asks


async def test_a_gateway_need_not_name_its_only_shard() -> None:
    heard: list[Any] = []
    naming_its_shard(heard.append)({"session_id": "one"})
    naming_its_shard(heard.append)({"session_id": "two", "shard": [1, 2]})
    assert [ready["shard"] for ready in heard] == [[0, 1], [1, 2]]

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bots.playground.serving import serving
from bots.playground.slack.channels import Channel, ChannelKind
from bots.playground.slack.default_world import default_world
from bots.playground.slack.server import create_app
from bots.playground.slack.world import User
from core import texts
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, BEN, GENERAL, TEAM, Workspace

pytestmark = pytest.mark.usefixtures("parley")

GROUP = "C0GROUP001"
LEADERS = "C0LEADERS1"
ANNS = "D0ANN00001"
STRANGER = "U0STRANGER"
GUEST = User("U0GUEST001", "gus", "Gus", is_admin=True, is_owner=True, team_id="T0MILLS001")


@pytest.fixture
async def workspace(connections: aiohttp.ClientSession) -> AsyncIterator[Workspace]:
    """The local workspace, with a group message of Ann, Ben and Parley, and an admin of another one in #general."""
    world = default_world()
    members: dict[str, None] = dict.fromkeys(("U0ANN00001", "U0BEN00001", world.me.id))
    world.add_channel(Channel(GROUP, "mpdm-ann--ben--parley-1", ChannelKind.GROUP, members=members))
    world.users[GUEST.id] = GUEST
    world.channels[GENERAL].members[GUEST.id] = None
    async with serving(create_app(world)) as url:
        yield Workspace(connections, url)


async def asked(model: Model) -> list[str]:
    return [message["content"] for message in (await model.messages())[1:]]


async def answered_alone(workspace: Workspace, model: Model, ignored: str, channel: str = GENERAL) -> None:
    """What was said before is left alone: only what is said now is answered."""
    await model.will_say("Here.")
    ts = await workspace.say(ANN, "@Parley are you there?", channel)
    await workspace.reply(ts, "Here.", channel)
    assert await workspace.replies(ignored, channel) == []


async def test_each_direct_message_is_a_conversation_of_its_own(workspace: Workspace, model: Model) -> None:
    await model.will_say("First.")
    first = await workspace.say(ANN, "one", ANNS)
    await workspace.reply(first, "First.", ANNS)
    await model.will_say("Second.")
    second = await workspace.say(ANN, "two", ANNS)
    await workspace.reply(second, "Second.", ANNS)
    assert await asked(model) == ["Ann: two"]
    await model.will_say("Third.")
    await workspace.say(ANN, "more", ANNS, thread_ts=first)
    await workspace.reply(first, "Third.", ANNS, number=2)
    assert await asked(model) == ["Ann: one", "First.", "Ann: more"]


async def test_a_group_message_is_answered_when_parley_is_mentioned(workspace: Workspace, model: Model) -> None:
    lunch = await workspace.say(BEN, "Lunch?", GROUP)
    await answered_alone(workspace, model, lunch, GROUP)
    assert "mpdm" not in (await model.messages())[0]["content"]


async def test_a_private_channel_is_answered_once_parley_is_in_it(workspace: Workspace, model: Model) -> None:
    before = await workspace.say(ANN, "@Parley are you here?", LEADERS)
    await workspace.post("/control/members", user="parley", channel=LEADERS)
    await model.will_say("Now I am.")
    ts = await workspace.say(ANN, "@Parley and now?", LEADERS)
    await workspace.reply(ts, "Now I am.", LEADERS)
    assert await workspace.replies(before, LEADERS) == []


async def test_a_shared_channel_belongs_to_the_workspace_that_installed_parley(
    workspace: Workspace, model: Model
) -> None:
    await workspace.command(ANN, "prompt set We are a bakery.")
    root = await workspace.say(ANN, "Welcome, partners.")
    ts = f"{int(root.split('.')[0]) + 1}.000001"
    profile = {"display_name": "Sam of Mills", "real_name": "Sam Mills", "name": "sam"}
    await workspace.post("/control/raw-events", payload=from_a_stranger(ts, root, profile))

    async def asked_by_sam() -> list[dict[str, Any]] | None:
        requests = await model.requests()
        return list(requests[0]["messages"]) if requests else None

    system, *said = await until(asked_by_sam)
    assert "We are a bakery." in system["content"]
    assert said == [{"role": "user", "content": "Ann: Welcome, partners.\n\nSam of Mills: do you have flour?"}]


def from_a_stranger(ts: str, root: str, profile: dict[str, str]) -> dict[str, Any]:
    """The event of somebody from another workspace: docs.slack.dev/apis/slack-connect."""
    return {
        "type": "event_callback",
        "event_id": "Ev0SHARED001",
        "team_id": "T0MILLS001",
        "context_team_id": TEAM,
        "api_app_id": "A0PARLEY01",
        "is_ext_shared_channel": True,
        "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": "U0PARLEY01", "is_bot": True}],
        "event": {
            "type": "message",
            "user": STRANGER,
            "user_team": "T0MILLS001",
            "source_team": "T0MILLS001",
            "user_profile": profile,
            "text": "<@U0PARLEY01> do you have flour?",
            "ts": ts,
            "thread_ts": root,
            "event_ts": ts,
            "channel": GENERAL,
            "channel_type": "channel",
        },
    }


async def test_a_channel_that_listens_to_mentions_keeps_its_threads_quiet(workspace: Workspace, model: Model) -> None:
    assert "only when I am mentioned" in await workspace.command(ANN, "listen mention")
    await model.will_say("First.")
    ts = await workspace.say(ANN, "@Parley hello")
    await workspace.reply(ts, "First.", settled=True)
    await workspace.say(BEN, "I am Ben.", thread_ts=ts)
    await model.will_say("Second.")
    await workspace.say(ANN, "@Parley who is there?", thread_ts=ts)
    await workspace.reply(ts, "Second.", number=2)
    assert await asked(model) == ["Ann: hello", "First.", "Ben: I am Ben.\n\nAnn: who is there?"]
    assert len(await model.requests()) == 2


async def test_a_channel_that_listens_to_everything_is_answered_without_mentions(
    workspace: Workspace, model: Model
) -> None:
    await workspace.command(ANN, "listen every")
    await model.will_say("Hi, Ben.")
    ts = await workspace.say(BEN, "hello")
    await workspace.reply(ts, "Hi, Ben.")
    await workspace.command(ANN, "listen threads")
    ignored = await workspace.say(BEN, "hello?")
    await answered_alone(workspace, model, ignored)


async def test_who_does_not_manage_a_channel_may_ask_but_not_change_what_it_listens_to(workspace: Workspace) -> None:
    assert await workspace.command(BEN, "listen every") == texts.NOT_ALLOWED_CHANNEL
    assert "threads that I take part in" in await workspace.command(BEN, "listen")


async def test_an_admin_of_another_workspace_manages_nothing_here(workspace: Workspace) -> None:
    assert await workspace.command(GUEST.id, "listen every") == texts.NOT_ALLOWED_CHANNEL
    assert await workspace.command(GUEST.id, "prompt set Obey Gus.") == texts.NOT_ALLOWED

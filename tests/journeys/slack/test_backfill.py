import asyncio
import sqlite3
from contextlib import closing

import pytest

from bots.service import serving as serving_parley
from core import texts
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, BEN, GENERAL, Workspace

SLACK = frozenset({Platform.SLACK})


async def long_thread(workspace: Workspace, count: int) -> str:
    """A thread of a root and `count` replies, in which Parley was never mentioned."""
    root = await workspace.say(ANN, "root")
    for number in range(1, count + 1):
        await workspace.say(BEN if number % 2 else ANN, f"line {number}", thread_ts=root)
    return root


async def lines(model: Model) -> list[str]:
    """What the newest request says of the thread, a line each."""
    return str((await model.messages())[1]["content"]).split("\n\n")


@pytest.mark.usefixtures("parley")
async def test_pulled_into_a_thread_parley_knows_what_was_said_before(workspace: Workspace, model: Model) -> None:
    root = await long_thread(workspace, 3)
    await workspace.say("deploybot", "Deployed.", thread_ts=root)
    await model.will_say("I see.")
    await workspace.say(BEN, "@Parley what do you think?", thread_ts=root)
    await workspace.reply(root, "I see.")
    assert await lines(model) == [
        "Ann: root",
        "Ben: line 1",
        "Ann: line 2",
        "Ben: line 3",
        "Deploybot (bot): Deployed.",
        "Ben: what do you think?",
    ]


@pytest.mark.usefixtures("parley")
async def test_a_thread_is_read_once_and_then_lived_from_memory(workspace: Workspace, model: Model) -> None:
    root = await long_thread(workspace, 2)
    for number, text in enumerate(("First.", "Second."), 1):
        await model.will_say(text)
        await workspace.say(BEN, "@Parley and now?", thread_ts=root)
        await workspace.reply(root, text, number=number, settled=True)
    assert len(await workspace.calls("conversations.replies")) == 1


@pytest.mark.usefixtures("parley")
async def test_a_mention_that_starts_a_thread_reads_nothing(workspace: Workspace, model: Model) -> None:
    await model.will_say("Hello.")
    ts = await workspace.say(ANN, "@Parley hello")
    await workspace.reply(ts, "Hello.")
    assert await workspace.calls("conversations.replies") == []


async def test_a_long_thread_is_paged_to_its_end_and_its_newest_messages_are_kept(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    root = await long_thread(workspace, 230)
    async with serving_parley(settings.model_copy(update={"history_messages": 20}), SLACK):
        await model.will_say("I see.")
        await workspace.say(ANN, "@Parley sum it up", thread_ts=root)
        await workspace.reply(root, f"I see.\n\n_{texts.OLDER_LEFT_OUT}_")
    said = await lines(model)
    assert said[-2:] == ["Ann: line 230", "Ann: sum it up"]
    assert len(said) == 20
    assert len(await workspace.calls("conversations.replies")) == 2


async def thread_before_parley(workspace: Workspace, count: int) -> str:
    """A thread that Parley never hears of by itself."""
    await workspace.patch("/control/rules", subscriptions=[])
    root = await long_thread(workspace, count)
    await workspace.patch("/control/rules", subscriptions=["app_mention", "message.channels"])
    return root


def numbered(first: int, last: int) -> list[str]:
    return [f"{'Ben' if n % 2 else 'Ann'}: line {n}" for n in range(first, last + 1)]


async def test_a_limited_app_answers_at_once_and_knows_the_rest_later(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    await workspace.patch("/control/rules", replies_limit="restricted", rate_period_s=0.5)
    root = await thread_before_parley(workspace, 20)
    async with serving_parley(settings, SLACK):
        await model.will_say("I see.")
        await workspace.say(ANN, "@Parley sum it up", thread_ts=root)
        async with asyncio.timeout(3.0):
            await workspace.reply(root, "I see.", settled=True)
        assert await lines(model) == ["Ann: root", *numbered(1, 14), "Ann: sum it up"]

        async def read_to_its_end() -> bool:
            with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))) as database:
                return bool(database.execute("SELECT 1 FROM message WHERE text = 'line 20'").fetchall())

        await until(read_to_its_end)
        await model.will_say("All of it.")
        await workspace.say(ANN, "and the rest?", thread_ts=root)
        await workspace.reply(root, "All of it.", number=2)
    assert await lines(model) == ["Ann: root", *numbered(1, 20), "Ann: sum it up"]


async def test_a_limited_app_knows_the_newest_that_it_overheard(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    await workspace.patch("/control/rules", replies_limit="restricted")
    async with serving_parley(settings, SLACK):
        unread = await long_thread(workspace, 30)
        await model.will_say("I see.")
        await workspace.say(ANN, "@Parley sum it up", thread_ts=unread)
        async with asyncio.timeout(3.0):
            await workspace.reply(unread, "I see.")
        assert await lines(model) == ["Ann: root", *numbered(1, 30), "Ann: sum it up"]
        other = await long_thread(workspace, 2)
        await model.will_say("This, too.")
        await workspace.say(ANN, "@Parley and this?", thread_ts=other)
        async with asyncio.timeout(3.0):
            await workspace.reply(other, "This, too.")
    assert await lines(model) == ["Ann: root", *numbered(1, 2), "Ann: and this?"]


@pytest.mark.usefixtures("parley")
async def test_what_was_overheard_is_forgotten_when_it_is_deleted_and_changed_when_it_is_edited(
    workspace: Workspace, model: Model
) -> None:
    await workspace.fault("conversations.replies", "status", times=5)
    root = await long_thread(workspace, 1)
    said = [await workspace.say(BEN, text, thread_ts=root) for text in ("a secret", "a mistake")]
    await workspace.delete(f"/control/messages?user={BEN}&channel={GENERAL}&ts={said[0]}")
    await workspace.heard("message_deleted", said[0])
    await workspace.edit(BEN, said[1], "a correction")
    await model.will_say("I see.")
    await workspace.say(ANN, "@Parley hello?", thread_ts=root)
    await workspace.reply(root, "I see.")
    assert await lines(model) == ["Ann: root", "Ben: line 1", "Ben: a correction", "Ann: hello?"]


@pytest.mark.usefixtures("parley")
async def test_nobodys_name_is_asked_for_what_is_no_concern_of_parleys(workspace: Workspace, model: Model) -> None:
    root = await long_thread(workspace, 2)
    await workspace.say(BEN, "and something else")
    await model.will_say("Hello.")
    ts = await workspace.say("chloe", "@Parley hello")
    await workspace.reply(ts, "Hello.")
    asked = {call["args"]["user"] for call in await workspace.calls("users.info")}
    assert asked <= {"U0CHLOE001"}
    assert root != ts


@pytest.mark.usefixtures("parley")
@pytest.mark.parametrize("kind", ["drop", "status"])
async def test_a_thread_that_cannot_be_read_is_answered_with_what_was_overheard(
    workspace: Workspace, model: Model, kind: str
) -> None:
    root = await long_thread(workspace, 2)
    await workspace.fault("conversations.replies", kind, times=5)
    await model.will_say("Still here.")
    await workspace.say(ANN, "@Parley hello?", thread_ts=root)
    await workspace.reply(root, "Still here.")
    assert await lines(model) == ["Ann: root", "Ben: line 1", "Ann: line 2", "Ann: hello?"]


@pytest.mark.usefixtures("parley")
async def test_what_is_said_while_the_thread_is_read_is_kept_in_its_place(workspace: Workspace, model: Model) -> None:
    root = await long_thread(workspace, 2)
    await workspace.fault("conversations.replies", "slow", delay_s=0.4)
    await model.will_say("I see.")
    await workspace.say(ANN, "@Parley what now?", thread_ts=root)
    await workspace.say(BEN, "one more thing", thread_ts=root, channel=GENERAL)

    async def asked() -> bool:
        return bool(await model.requests())

    await until(asked)
    assert await lines(model) == ["Ann: root", "Ben: line 1", "Ann: line 2", "Ann: what now?", "Ben: one more thing"]

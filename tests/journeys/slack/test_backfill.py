import asyncio

import pytest

from bots.service import serving as serving_parley
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
    return (await model.messages())[1]["content"].split("\n\n")


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
        await workspace.reply(root, "I see.")
    said = await lines(model)
    assert said[-2:] == ["Ann: line 230", "Ann: sum it up"]
    assert len(said) == 20
    assert len(await workspace.calls("conversations.replies")) == 2


async def test_a_limited_app_answers_at_once_with_the_oldest_fifteen_and_the_question(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    await workspace.patch("/control/rules", replies_limit="restricted")
    first, second = await long_thread(workspace, 30), await long_thread(workspace, 2)
    async with serving_parley(settings, SLACK):
        await model.will_say("I see.")
        await workspace.say(ANN, "@Parley sum it up", thread_ts=first)
        async with asyncio.timeout(3.0):
            await workspace.reply(first, "I see.")
        said = await lines(model)
        assert said == [
            "Ann: root",
            *[f"{'Ben' if n % 2 else 'Ann'}: line {n}" for n in range(1, 15)],
            "Ann: sum it up",
        ]
        await model.will_say("This, too.")
        await workspace.say(ANN, "@Parley and this?", thread_ts=second)
        async with asyncio.timeout(3.0):
            await workspace.reply(second, "This, too.")
    assert await lines(model) == ["Ann: and this?"]
    assert len(await workspace.calls("conversations.replies")) == 2


@pytest.mark.usefixtures("parley")
@pytest.mark.parametrize("kind", ["drop", "status"])
async def test_a_thread_that_cannot_be_read_is_answered_all_the_same(
    workspace: Workspace, model: Model, kind: str
) -> None:
    root = await long_thread(workspace, 2)
    await workspace.fault("conversations.replies", kind, times=5)
    await model.will_say("Still here.")
    await workspace.say(ANN, "@Parley hello?", thread_ts=root)
    await workspace.reply(root, "Still here.")
    assert await lines(model) == ["Ann: hello?"]


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

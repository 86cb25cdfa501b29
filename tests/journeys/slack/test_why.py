"""The message shortcut "Why this answer?" and `/parley why`: what an answer was made from, for those who may know."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bots.slack.why import LOOKING, SHORTCUT
from core import texts
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, BEN, CHLOE, GENERAL, Workspace

pytestmark = pytest.mark.usefixtures("parley")


def read(view: dict[str, Any]) -> str:
    """Everything that a window says."""
    return "\n".join(block["text"]["text"] for block in view["blocks"] if "text" in block)


async def close(workspace: Workspace, user: str) -> None:
    for view in await workspace.views(user):
        await workspace.post(f"/control/views/{view['id']}/close", user=user)


async def window(workspace: Workspace, user: str, ts: str) -> dict[str, Any]:
    """What the shortcut on a message shows a person, once it is there and the answer is not being made any more."""

    async def filled() -> dict[str, Any] | None:
        views = await workspace.views(user)
        return views[-1] if views and read(views[-1]) != LOOKING else None

    async def look() -> dict[str, Any] | None:
        await close(workspace, user)
        await workspace.post("/control/shortcuts", user=user, callback_id=SHORTCUT, channel=GENERAL, ts=ts)
        shown = await until(filled)
        return None if read(shown) == texts.STILL_ANSWERING else shown

    return await until(look)


async def answered(workspace: Workspace, model: Model, user: str, question: str) -> str:
    """Parley's answer to a question of this person; its timestamp."""
    await model.will_say("At noon.")
    ts = await workspace.say(user, f"@Parley {question}")
    return str((await workspace.reply(ts, "At noon.", settled=True))["ts"])


async def test_an_answer_is_explained_to_who_asked(workspace: Workspace, model: Model) -> None:
    ts = await answered(workspace, model, BEN, "When can I bake?")
    view = await window(workspace, BEN, ts)
    assert view["title"]["text"] == "Why this answer?"
    assert read(view).startswith("Answer 1: done\n• Asked by ")
    assert "When can I bake?" in read(view)
    assert "Parley's own prompt" in read(view)


async def test_it_is_explained_to_who_manages_and_to_no_other(workspace: Workspace, model: Model) -> None:
    ts = await answered(workspace, model, BEN, "When can I bake?")
    assert read(await window(workspace, CHLOE, ts)) == texts.NOT_YOUR_ANSWER
    assert read(await window(workspace, ANN, ts)).startswith("Answer 1: done")


async def test_a_message_that_is_no_answer_is_not_explained(workspace: Workspace) -> None:
    ts = await workspace.say(BEN, "The oven is off.")
    assert read(await window(workspace, BEN, ts)) == texts.NO_ANSWER_THERE


async def test_it_tells_of_the_prompt_and_who_set_it_and_of_a_request_that_failed(
    workspace: Workspace, model: Model
) -> None:
    await workspace.command(ANN, "prompt set We bake in {channel}.")
    await model.will_say(status=503)
    ts = await answered(workspace, model, BEN, "When can I bake?")
    told = read(await window(workspace, BEN, ts))
    assert "We bake in general." in told
    assert "set by ann at " in told
    assert "was asked in vain: 503" in told
    assert "tokens read" in told


async def test_what_was_deleted_since_is_gone_from_it(workspace: Workspace, model: Model) -> None:
    ts = await workspace.say(BEN, "The recipe: rye and patience.")
    await model.will_say("Noted.")
    await workspace.say(BEN, "@Parley remember it", thread_ts=ts)
    answer = (await workspace.reply(ts, "Noted.", settled=True))["ts"]
    assert "rye and patience" in read(await window(workspace, BEN, answer))
    await workspace.delete(f"/control/messages?user={BEN}&channel={GENERAL}&ts={ts}")

    async def gone() -> bool:
        return "rye and patience" not in read(await window(workspace, BEN, answer))

    assert await until(gone)
    assert "It was deleted since" in read(await window(workspace, BEN, answer))


async def test_a_long_explanation_has_pages(workspace: Workspace, model: Model) -> None:
    ts = await answered(workspace, model, BEN, "word " * 2_500)
    first = await window(workspace, BEN, ts)
    await workspace.post("/control/actions", user=BEN, view_id=first["id"], action_id="why_on")

    async def turned() -> str | None:
        said = read((await workspace.views(BEN))[-1])
        return said if said != read(first) else None

    second = await until(turned)
    assert "Left out" in second
    assert "Left out" not in read(first)


async def test_the_command_explains_the_newest_answer(workspace: Workspace, model: Model) -> None:
    assert await workspace.command(BEN, "why") == texts.NOTHING_ANSWERED_HERE
    ts = await answered(workspace, model, BEN, "When can I bake?")
    await window(workspace, BEN, ts)
    await close(workspace, BEN)
    await workspace.post("/control/commands", user=BEN, channel=GENERAL, command="/parley", text="why")
    assert read(await workspace.form(BEN)).startswith("Answer 1: done")
    assert await workspace.command(CHLOE, "why") == texts.NOT_YOUR_ANSWER


async def test_whatever_goes_wrong_the_window_ends_in_a_sentence(
    workspace: Workspace, model: Model, tmp_path: Path
) -> None:
    ts = await answered(workspace, model, BEN, "When can I bake?")
    await workspace.fault("views.update", "status", status=200, body='{"ok":false,"error":"invalid_blocks"}')
    assert read(await window(workspace, BEN, ts)) == texts.SOMETHING_BROKE
    with closing(sqlite3.connect(tmp_path / "parley.db", timeout=10)) as database, database:
        database.execute("UPDATE reply_record SET record = 'unreadable'")
    assert read(await window(workspace, BEN, ts)) == texts.SOMETHING_BROKE

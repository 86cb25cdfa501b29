"""What is kept of people on Slack, who may use Parley there, and what its answers may say."""

import io
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import web

from bots.playground.serving import serving
from bots.service import serving as serving_parley
from core import logs, texts
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, BEN, CHLOE, GENERAL, RANDOM, Workspace

SECRET = "xylophone-4711"


def files_with(folder: Path, text: str) -> list[str]:
    """The files of the database that hold a text."""
    return [path.name for path in folder.glob("parley.db*") if path.is_file() and text.encode() in path.read_bytes()]


async def answered(workspace: Workspace, model: Model, question: str, answer: str, **more: str) -> str:
    await model.will_say(answer)
    ts = await workspace.say(BEN, f"@Parley {question}", **more)
    await workspace.reply(ts, answer, settled=True)
    return ts


async def pressed(workspace: Workspace, user: str, action_id: str) -> str:
    """Press a button of the newest private message; what the person is shown then."""
    before = (await workspace.state())["ephemerals"]
    message = before[-1]
    where = {"channel": message["channel"], "ts": message["ts"]}
    await workspace.post("/control/actions", user=user, action_id=action_id, **where)

    async def look() -> str | None:
        ephemerals = (await workspace.state())["ephemerals"]
        return str(ephemerals[-1]["text"]) if len(ephemerals) > len(before) else None

    return await until(look)


@pytest.mark.usefixtures("parley")
async def test_whoever_says_forget_me_is_asked_and_then_gone_from_the_file(
    workspace: Workspace, model: Model, tmp_path: Path
) -> None:
    ts = await answered(workspace, model, f"What is {SECRET}?", f"It is {SECRET}.")
    assert files_with(tmp_path, SECRET) != []
    assert await workspace.command(BEN, "forget me") == texts.FORGET_QUESTION
    assert files_with(tmp_path, SECRET) != []
    told = await pressed(workspace, BEN, "forget_me")
    assert told.startswith("I have forgotten you. Your receipt: ")
    assert "1 answers" in told
    assert "1 messages" in told
    assert files_with(tmp_path, SECRET) == []
    await model.will_say("I see nothing.")
    await workspace.say(ANN, "@Parley what was said?", thread_ts=ts)
    await workspace.reply(ts, "I see nothing.", number=2)
    assert SECRET not in json.dumps(await model.messages())


@pytest.mark.usefixtures("parley")
async def test_admins_set_how_long_what_was_said_is_kept(workspace: Workspace) -> None:
    assert await workspace.command(BEN, "retention 30") == texts.NOT_ALLOWED_ADMINS
    assert await workspace.command(ANN, "retention 30") == "What was said is deleted after 30 days."
    assert await workspace.command(ANN, "retention soon") == "Say a number of days, or off."
    assert await workspace.command(ANN, "retention off") == "What was said is kept until it is deleted."


@pytest.mark.usefixtures("parley")
async def test_who_is_denied_is_told_once_and_not_answered(workspace: Workspace, model: Model) -> None:
    state = await workspace.state()
    ben = next(one["id"] for one in state["users"] if one["name"] == BEN)
    await workspace.patch("/control/rules", escape_commands=False)
    assert await workspace.command(BEN, "access deny person @ben") == texts.NOT_ALLOWED_ADMINS
    assert await workspace.command(ANN, "access deny person @nobody") == (
        "I know no person '@nobody': write @ann or U012AB3CD."
    )
    assert await workspace.command(ANN, "access deny person @ben") == "Ben may not use me."
    ts = await workspace.say(BEN, "@Parley may I?")
    await workspace.reply(ts, texts.NOT_FOR_YOU)
    await model.will_say("You may.")
    asked = await workspace.say(ANN, "@Parley may I?")
    await workspace.reply(asked, "You may.")
    assert len(await model.requests()) == 1
    assert f"denied: person {ben}  Ben" in await workspace.command(ANN, "access")
    await workspace.command(ANN, f"access lift person {ben}")
    await answered(workspace, model, "may I now?", "Now you may.")


@pytest.mark.usefixtures("parley")
async def test_who_is_in_a_group_that_is_allowed_may_use_it_and_others_may_not(
    workspace: Workspace, model: Model
) -> None:
    await workspace.post("/control/groups", id="S0EDITORS1", handle="editors", members=["chloe"])
    await workspace.command(ANN, "access allow role @editors")
    ts = await workspace.say(BEN, "@Parley may I?")
    await workspace.reply(ts, texts.NOT_FOR_YOU)
    await model.will_say("You may.")
    asked = await workspace.say(CHLOE, "@Parley may I?")
    await workspace.reply(asked, "You may.")
    assert len(await model.requests()) == 1


@pytest.mark.usefixtures("parley")
async def test_in_a_denied_channel_nothing_is_answered_or_kept(
    workspace: Workspace, model: Model, tmp_path: Path
) -> None:
    await workspace.command(ANN, "access deny channel here", RANDOM)
    await workspace.say(BEN, f"@Parley {SECRET}?", RANDOM)
    await answered(workspace, model, "Are you there?", "Yes.")
    with closing(sqlite3.connect(tmp_path / "parley.db")) as database:
        assert database.execute("SELECT count(*) FROM message WHERE text LIKE ?", (f"%{SECRET}%",)).fetchone() == (0,)
    assert len(await model.requests()) == 1


@pytest.mark.usefixtures("parley")
async def test_a_blocked_word_ends_an_answer_before_it_is_shown(
    workspace: Workspace, model: Model, tmp_path: Path
) -> None:
    assert await workspace.command(ANN, f"access words {SECRET}, blue moon") == "2 words are blocked."
    note = f"\n\n_{texts.WITHHELD_WORDS}_"
    await model.will_say(f"The word that you look for is {SECRET}, as I said.")
    ts = await workspace.say(BEN, "@Parley which word is it?")
    await workspace.reply(ts, f"The word that you look for is {note}", settled=True)
    refused = await workspace.say(BEN, "@Parley a Blue Moon?")
    await workspace.reply(refused, texts.BLOCKED_QUESTION)
    assert len(await model.requests()) == 1
    with closing(sqlite3.connect(tmp_path / "parley.db")) as database:
        assert database.execute("SELECT text FROM message WHERE role = 'assistant'").fetchall() == [
            ("The word that you look for is ",)
        ]


@pytest.fixture
async def judge() -> AsyncIterator[str]:
    """A moderation API that flags what has the secret in it; its address."""

    async def judge(request: web.Request) -> web.Response:
        given = (await request.json())["input"]
        return web.json_response({"results": [{"flagged": SECRET in given, "categories": {"secrets": True}}]})

    app = web.Application()
    app.router.add_post("/v1/moderations", judge)
    async with serving(app) as url:
        yield f"{url}/v1"


async def test_with_moderation_nothing_is_shown_that_has_not_passed(
    workspace: Workspace, model: Model, settings: Settings, judge: str, tmp_path: Path
) -> None:
    moderated = settings.model_copy(update={"moderation": "on", "moderation_url": judge})
    async with serving_parley(moderated, frozenset({Platform.SLACK})):
        await model.will_say(f"It begins well, {'and goes on ' * 50}and ends with {SECRET}.", tokens_per_s=200)
        ts = await workspace.say(BEN, "@Parley which word is it?")
        await workspace.reply(ts, texts.WITHHELD, settled=True)
        await answered(workspace, model, "and now?", "All is well.")
    assert SECRET not in json.dumps((await workspace.state())["messages"])
    assert SECRET not in json.dumps(await workspace.get("/control/calls"))
    assert files_with(tmp_path, SECRET) == []


@pytest.mark.usefixtures("own_logs")
async def test_logs_carry_ids_and_never_a_text_or_a_name(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    written = io.StringIO()
    logs.set_up(settings, written)
    async with serving_parley(settings, frozenset({Platform.SLACK})):
        await workspace.command(ANN, f"prompt set Say {SECRET}.")
        await workspace.command(ANN, f"persona create {SECRET} Say it.")
        ts = await answered(workspace, model, f"What is {SECRET}?", f"It is {SECRET}.")
        await workspace.edit(BEN, ts, f"@Parley what is {SECRET}, then?")
        await model.will_say(status=500)
        await model.will_say(f"Again {SECRET}.")
        again = await workspace.say(BEN, f"@Parley again {SECRET}?")
        await workspace.reply(again, f"Again {SECRET}.")
        await workspace.delete(f"/control/messages?user={BEN}&channel={GENERAL}&ts={again}")
        await workspace.command(BEN, "forget me")
        await pressed(workspace, BEN, "forget_me")
    events = {json.loads(line)["event"] for line in written.getvalue().splitlines()}
    assert {"message.kept", "reply.settled", "model.tried_again", "person.erased"} <= events
    assert SECRET not in written.getvalue()
    assert '"ben"' not in written.getvalue().lower()

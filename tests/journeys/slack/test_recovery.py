from dataclasses import replace
from datetime import UTC, datetime

from bots.service import serving as serving_parley
from core import texts
from core.settings import Settings
from storage import claims, ledger, threads
from storage.database import Database
from storage.incoming import Author, Incoming, Place
from storage.ledger import SoFar
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, GENERAL, TEAM, Workspace, shown

SLACK = frozenset({Platform.SLACK})


def asked(ts: str) -> Incoming:
    return Incoming(
        place=Place(platform=Platform.SLACK, workspace_id=TEAM, channel_id=GENERAL),
        thread_key=ts,
        posts_in=GENERAL,
        message_id=ts,
        position=int(ts.replace(".", "")),
        author=Author(id="U0ANN00001", name="Ann"),
        text="hello",
        sent_at=datetime.now(UTC),
        asks=True,
    )


async def test_a_reply_that_was_queued_when_parley_went_down_is_made_at_the_next_start(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    ts = await workspace.say(ANN, "@Parley hello")
    database = await Database.open(settings.database_url)
    await database.run(threads.keep, asked(ts))
    await database.close()
    await model.will_say("Better late than never.")
    async with serving_parley(settings, SLACK):
        await workspace.reply(ts, "Better late than never.")


async def test_a_reply_that_was_half_made_is_marked_and_the_thread_goes_on(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    ts = await workspace.say(ANN, "@Parley hello")
    next_ts = await workspace.say(ANN, "and?", thread_ts=ts)
    database = await Database.open(settings.database_url)
    await database.run(threads.keep, asked(ts))
    work = await database.run(claims.claim, 1, 10)
    assert work is not None
    await database.run(ledger.write_down, [(work.reply_id, work.epoch, SoFar("One two"))])
    await database.run(threads.keep, replace(asked(next_ts), thread_key=ts, text="and?"))
    await database.close()
    await model.will_say("Going on.")
    async with serving_parley(settings, SLACK):
        await workspace.reply(ts, "Going on.", number=2)

    async def first() -> str:
        return shown((await workspace.replies(ts))[0])

    assert await until(first) == f"One two\n\n_{texts.INTERRUPTED}_"


async def test_a_reply_that_had_nothing_to_show_yet_is_made_anew(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    ts = await workspace.say(ANN, "@Parley hello")
    database = await Database.open(settings.database_url)
    await database.run(threads.keep, asked(ts))
    await database.run(claims.claim, 1, 10)
    await database.close()
    await model.will_say("As if nothing had happened.")
    async with serving_parley(settings, SLACK):
        await workspace.reply(ts, "As if nothing had happened.")
    assert len(await workspace.replies(ts)) == 1

"""Schedules where many processes serve one PostgreSQL database, and any of them may go down."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import Session, col

from core.configurations import Configurations
from core.people import WorkspaceRef, operator
from core.schedules import Schedules
from storage.database import Database
from storage.firings import Fired
from storage.incoming import Place
from storage.tables import Firing, Schedule, Thread
from storage.words import Platform
from tests.bots.conftest import Outside
from tests.journeys.control import until
from tests.journeys.durability.people import People
from tests.journeys.durability.processes import Processes
from tests.journeys.slack.workspace import GENERAL, TEAM, shown

# Processes start slowly where much else runs.
PATIENCE_S = 40.0
PLACE = Place(platform=Platform.SLACK, workspace_id=TEAM, channel_id=GENERAL, channel_name="general")


def make_due(session: Session) -> None:
    session.execute(update(Schedule).values(next_at=datetime.now(UTC), revision=col(Schedule.revision) + 1))


async def counted(processes: Processes) -> int:
    return len(await processes.stored(select(col(Firing.id))))


async def add(url: str, place: Place = PLACE, *, due: bool) -> None:
    """Set up a schedule from elsewhere, and let it be due at once or have it run."""
    database = await Database.open(url)
    by = operator(WorkspaceRef(place.platform, place.workspace_id))
    schedules = Schedules(database, Configurations(database), _found)
    await schedules.add(by, place, "every 2 hours", "Name a bread.")
    if due:
        await database.run(make_due)
    else:
        await schedules.run_now(by, 1)
    await database.close()


def _found(_fired: Fired) -> None:
    """Workers find it by themselves."""


async def answers(outside: Outside, platform: str = "slack") -> list[tuple[str, str]]:
    """Every message of Parley's, with its id."""
    if platform == "slack":
        state = await outside.slack.get("/control/state")
        own = state["me"]["bot_id"]
        return [(one["ts"], shown(one)) for one in state["messages"].get(GENERAL, []) if one.get("bot_id") == own]
    state = await outside.discord.get("/control/state")
    listed = [one for messages in state["messages"].values() for one in messages]
    return [(one["id"], one["content"]) for one in listed if one["author"]["id"] == state["me"]["id"]]


async def answered(outside: Outside, saying: str, platform: str = "slack") -> str:
    """The id of the one message that there is, once its text is this."""

    async def look() -> str | None:
        found = await answers(outside, platform)
        return found[0][0] if [text for _, text in found] == [saying] else None

    return await until(look, PATIENCE_S)


async def general_of(outside: Outside, platform: str) -> Place:
    if platform == "slack":
        return PLACE
    state = await outside.discord.get("/control/state")
    channel = next(one for one in state["channels"] if one["name"] == "general")
    return Place(platform=Platform.DISCORD, workspace_id=state["guild"]["id"], channel_id=channel["id"])


async def test_the_clock_asks_what_is_due_and_a_worker_answers(fleet: Processes, outside: Outside) -> None:
    await outside.model.will_say("Rye.")
    await asyncio.gather(fleet.listen("slack"), fleet.work(), fleet.start("clock"), fleet.start("clock"))
    await add(fleet.url, due=True)
    await answered(outside, "Rye.")
    assert await counted(fleet) == 1


async def test_what_is_run_now_from_the_command_line_is_answered_by_a_worker(
    fleet: Processes, outside: Outside
) -> None:
    await outside.model.will_say("Rye.")
    await fleet.work()
    await add(fleet.url, due=False)
    await answered(outside, "Rye.")


async def test_what_was_due_while_no_clock_ran_is_asked_once(processes: Processes, outside: Outside) -> None:
    await outside.model.will_say("Rye.")
    first = await processes.run("slack")
    await processes.kill(first)
    await add(processes.url, due=True)
    database = await Database.open(processes.url)

    def long_ago(session: Session) -> None:
        session.execute(update(Schedule).values(next_at=datetime.now(UTC) - timedelta(days=2)))

    await database.run(long_ago)
    await database.close()
    second = await processes.run("slack")
    await answered(outside, "Rye.")
    await processes.end(second)
    third = await processes.run("slack")
    await processes.end(third)
    assert await counted(processes) == 1
    await answered(outside, "Rye.")


async def test_processes_that_all_could_lead_ask_once(fleet: Processes, outside: Outside) -> None:
    await outside.model.will_say("Rye.")
    await asyncio.gather(fleet.run("slack"), fleet.run("slack"), fleet.start("clock"))
    await add(fleet.url, due=True)
    await answered(outside, "Rye.")
    assert await counted(fleet) == 1


async def test_what_was_posted_just_before_a_kill_is_found_and_begins_its_thread(
    processes: Processes, people: People, outside: Outside
) -> None:
    await outside.model.will_say("Rye.")
    first = await processes.run(people.platform)
    await people.server.fault(people.post, "lose", times=1)
    await add(processes.url, await general_of(outside, people.platform), due=False)
    posted = await answered(outside, "Rye.", people.platform)
    await processes.kill(first)
    await outside.model.will_say("Rye.")
    await processes.run(people.platform)
    await thread_is_known(processes, posted)
    assert await answers(outside, people.platform) == [(posted, "Rye.")]


async def thread_is_known(processes: Processes, message_id: str) -> None:
    async def look() -> bool:
        return message_id in await processes.stored(select(col(Thread.key)))

    await until(look, PATIENCE_S)

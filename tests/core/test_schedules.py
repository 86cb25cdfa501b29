"""What people do with schedules, and what comes of them, on both databases."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import Session, col

from core.configurations import Configurations
from core.people import Person, WorkspaceRef, operator
from core.rights import NotAllowed
from core.schedules import MOST, PROMPT_LIMIT, Schedules, listing
from core.timer import Timer
from core.upkeep import Upkeep
from core.workspace import WorkspaceSettings
from storage import audit, claims, firings, replies, schedules, workspaces
from storage.claims import Work
from storage.database import Database
from storage.firings import Fired
from storage.incoming import PENDING, Place
from storage.problems import NotPossible
from storage.replies import Outcome
from storage.schedules import Due
from storage.states import ReplyState
from storage.tables import Firing, Message, Reply, Schedule
from storage.words import Platform
from tests.core.people import ADA, GENERAL, person

# A Sunday.
START = datetime(2026, 11, 22, 7, 40, tzinfo=UTC)
RANDOM = Place(platform=Platform.SLACK, workspace_id="T1", channel_id="C2", channel_name="random")
ANN = person("U1", "C1")
BEN = person("U2")


class Now:
    """The time, as the test has it."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


class Desk:
    """Schedules of a database, with what they wake."""

    def __init__(self, database: Database, now: Now) -> None:
        self.database = database
        self.now = now
        self.woken: list[Fired] = []
        self.deeds = Schedules(database, Configurations(database), self.woken.append, now)
        self.timer = Timer(database, self.woken.append, (), now, look_s=0.01)

    async def due(self) -> list[Due]:
        return await self.database.run(schedules.due_before, self.now())

    async def fire_all(self) -> list[bool]:
        return [await self.timer.fire(due) for due in await self.due()]

    async def asked(self) -> list[tuple[str, str, str]]:
        """What waits for an answer: who asked it by name, what it is, and its state."""

        def look(session: Session) -> list[tuple[str, str, str]]:
            found = session.execute(
                select(col(Message.author_name), col(Message.text), col(Reply.state))
                .join(Reply, col(Reply.trigger_id) == Message.id)
                .order_by(col(Message.id))
            )
            return [(row[0], row[1], row[2]) for row in found]

        return await self.database.run(look)

    @asynccontextmanager
    async def keeping_time(self) -> AsyncIterator[None]:
        running = asyncio.create_task(self.timer.run())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.wait({running})


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def desk(database: Database, now: Now) -> Desk:
    return Desk(database, now)


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(10.0):
        while not true():
            await asyncio.sleep(0.01)


async def test_what_is_added_is_due_next_at_its_time_in_the_workspaces_time_zone(desk: Desk) -> None:
    await WorkspaceSettings(desk.database, Configurations(desk.database)).set_timezone(ADA, "Europe/Brussels")
    said = await desk.deeds.add(ADA, GENERAL, "every weekday 09:00", "What is new?")
    assert said == (
        "Schedule 1 is set for #general: every weekday 09:00 (Europe/Brussels).\n"
        "Next: Mon 23 Nov 2026 09:00, Tue 24 Nov 2026 09:00, Wed 25 Nov 2026 09:00."
    )
    (one,) = await desk.deeds.listed(ADA)
    assert (one.next_at, one.cron) == (datetime(2026, 11, 23, 8, tzinfo=UTC), "0 9 * * mon-fri")
    assert listing([one]) == (
        "• 1: every weekday 09:00 (Europe/Brussels) in #general, by Ada, next Mon 23 Nov 2026 09:00: “What is new?”"
    )


async def test_what_is_due_is_asked_in_a_thread_of_its_own_in_its_makers_name(desk: Desk) -> None:
    await desk.deeds.add(ANN, GENERAL, "daily 08:00", "What is new?")
    assert await desk.fire_all() == []
    desk.now.at = START + timedelta(minutes=20)
    assert await desk.fire_all() == [True]
    assert await desk.asked() == [("U1", "What is new?", "queued")]
    (fired,) = desk.woken
    work = await desk.database.run(claims.claim, fired.thread_id, 10)
    assert work is not None
    assert work.begins_thread
    assert (work.asker_id, work.channel_id, work.posts_in) == ("U1", "C1", "C1")
    assert [turn.text for turn in work.turns] == ["What is new?"]
    (one,) = await desk.deeds.listed(ADA)
    assert (one.last_at, one.next_at) == (desk.now.at, datetime(2026, 11, 23, 8, tzinfo=UTC))


async def test_the_first_message_of_an_answer_becomes_its_thread(desk: Desk) -> None:
    await desk.deeds.add(ADA, GENERAL, "daily 08:00", "What is new?")
    desk.now.at = START + timedelta(minutes=20)
    await desk.fire_all()
    thread_id = desk.woken[0].thread_id

    async def claimed() -> Work:
        work = await desk.database.run(claims.claim, thread_id, 10)
        assert work is not None
        return work

    work = await claimed()
    await desk.database.run(replies.add_segment, work, 0, "1700.1")
    await desk.database.run(replies.add_segment, work, 1, "1700.2")
    await desk.database.run(replies.settle, work, Outcome(state=ReplyState.DONE, text="Nothing.", messages=2))
    await desk.database.run(replies.again, work.reply_id)
    assert (await claimed()).thread_key == "1700.1"


async def test_two_processes_that_lead_at_once_ask_once(desk: Desk, neighbour: Database, now: Now) -> None:
    other = Desk(neighbour, now)
    for number in range(5):
        await desk.deeds.add(ADA, GENERAL, "daily 08:00", f"Number {number}")
    now.at = START + timedelta(minutes=30)
    tries = [desk.timer.fire(due) for due in await desk.due()] + [other.timer.fire(due) for due in await other.due()]
    assert sum(await asyncio.gather(*tries)) == 5
    assert len(await desk.asked()) == 5
    assert len(desk.woken) + len(other.woken) == 5


async def test_two_timers_that_run_at_once_ask_once(desk: Desk, neighbour: Database, now: Now) -> None:
    other = Desk(neighbour, now)
    await desk.deeds.add(ADA, GENERAL, "daily 08:00", "What is new?")
    now.at = START + timedelta(minutes=30)
    async with desk.keeping_time(), other.keeping_time():
        await until(lambda: desk.woken or other.woken)
        await asyncio.sleep(0.1)
    assert len(await desk.asked()) == 1


async def test_what_was_missed_several_times_is_asked_once(desk: Desk) -> None:
    await desk.deeds.add(ADA, GENERAL, "every 2 hours", "What is new?")
    desk.now.at = START + timedelta(days=3)
    async with desk.keeping_time():
        await until(lambda: desk.woken)
        await asyncio.sleep(0.1)
    assert len(await desk.asked()) == 1
    (one,) = await desk.deeds.listed(ADA)
    assert one.next_at == datetime(2026, 11, 25, 8, tzinfo=UTC)


async def test_the_hour_that_an_autumn_night_has_twice_is_asked_once(desk: Desk) -> None:
    await WorkspaceSettings(desk.database, Configurations(desk.database)).set_timezone(ADA, "Europe/Brussels")
    desk.now.at = datetime(2026, 10, 24, 12, tzinfo=UTC)
    await desk.deeds.add(ADA, GENERAL, "daily 02:30", "What is new?")
    for _ in range(24 * 4):
        desk.now.at += timedelta(minutes=15)
        await desk.fire_all()
    assert len(await desk.asked()) == 1
    (one,) = await desk.deeds.listed(ADA)
    assert one.last_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


async def test_an_alarm_rings_within_a_moment_of_its_time(desk: Desk) -> None:
    desk.now.at = datetime.now(UTC)
    await desk.deeds.add(ADA, GENERAL, "in 1 minute", "What is new?")
    async with desk.keeping_time():
        await asyncio.sleep(0.05)
        assert desk.woken == []
        await desk.database.run(put_off, desk.now.at + timedelta(seconds=0.3))
        await until(lambda: desk.woken)
    (one,) = await desk.deeds.listed(ADA)
    assert one.is_over
    assert "over" in listing([one])


def put_off(session: Session, moment: datetime) -> None:
    session.execute(update(Schedule).values(next_at=moment, revision=col(Schedule.revision) + 1))


async def test_a_paused_schedule_is_not_due_and_goes_on_from_when_it_is_resumed(desk: Desk) -> None:
    await desk.deeds.add(ADA, GENERAL, "every 2 hours", "What is new?")
    assert await desk.deeds.pause(ADA, 1) == "Schedule 1 is paused: resume it when it shall go on."
    assert await desk.deeds.pause(ADA, 1) == "Schedule 1 was paused already."
    desk.now.at = START + timedelta(days=1)
    assert await desk.fire_all() == []
    assert "paused" in listing(await desk.deeds.listed(ADA))
    assert await desk.deeds.resume(ADA, 1) == "Schedule 1 goes on, next Mon 23 Nov 2026 08:00."
    assert await desk.deeds.resume(ADA, 1) == "Schedule 1 is not paused."
    assert await desk.fire_all() == []


async def test_what_was_paused_while_it_was_due_is_not_asked(desk: Desk) -> None:
    await desk.deeds.add(ADA, GENERAL, "daily 08:00", "What is new?")
    desk.now.at = START + timedelta(hours=1)
    (due,) = await desk.due()
    await desk.deeds.pause(ADA, 1)
    assert not await desk.timer.fire(due)
    assert await desk.asked() == []


async def test_run_now_asks_at_once_and_leaves_the_plan_as_it_is(desk: Desk) -> None:
    await desk.deeds.add(ADA, GENERAL, "daily 09:00", "What is new?")
    (before,) = await desk.deeds.listed(ADA)
    assert await desk.deeds.run_now(ADA, 1) == "Schedule 1 runs now, in #general."
    assert len(desk.woken) == 1
    (after,) = await desk.deeds.listed(ADA)
    assert after.next_at == before.next_at


async def test_a_schedule_that_is_removed_is_gone_and_what_it_asked_stays(desk: Desk) -> None:
    await desk.deeds.add(ADA, GENERAL, "daily 08:00", "What is new?")
    await desk.deeds.run_now(ADA, 1)
    assert await desk.deeds.remove(ADA, 1) == "Schedule 1 is removed."
    assert await desk.deeds.listed(ADA) == []
    assert len(await desk.asked()) == 1
    with pytest.raises(NotPossible, match="There is no schedule 1 here"):
        await desk.deeds.remove(ADA, 1)


async def test_only_those_who_may_change_a_channel_have_schedules_in_it(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        await desk.deeds.add(BEN, GENERAL, "daily 08:00", "What is new?")
    with pytest.raises(NotAllowed):
        await desk.deeds.add(ANN, RANDOM, "daily 08:00", "What is new?")
    await desk.deeds.add(ANN, GENERAL, "daily 08:00", "What is new?")
    for deed in (desk.deeds.pause, desk.deeds.resume, desk.deeds.run_now, desk.deeds.remove):
        with pytest.raises(NotAllowed):
            await deed(BEN, 1)
    await desk.deeds.pause(ANN, 1)


async def test_whoever_made_a_schedule_may_end_it_after_they_have_lost_the_channel(desk: Desk) -> None:
    await desk.deeds.add(ANN, GENERAL, "daily 08:00", "What is new?")
    ann = person("U1")
    with pytest.raises(NotAllowed):
        await desk.deeds.run_now(ann, 1)
    await desk.deeds.pause(ann, 1)
    await desk.deeds.remove(ann, 1)


async def test_people_see_their_own_schedules_and_those_of_the_channel_where_they_are(desk: Desk) -> None:
    await desk.deeds.add(ADA, GENERAL, "daily 08:00", "One")
    await desk.deeds.add(ADA, RANDOM, "daily 08:00", "Two")
    await desk.deeds.add(ANN, GENERAL, "daily 08:00", "Three")

    async def seen(by: Person, place: Place | None) -> list[int]:
        return [one.id for one in await desk.deeds.listed(by, place)]

    assert await seen(ADA, None) == [1, 2, 3]
    assert await seen(BEN, RANDOM) == [2]
    assert await seen(ANN, RANDOM) == [2, 3]


async def test_a_workspace_knows_nothing_of_the_schedules_of_another(desk: Desk) -> None:
    await desk.deeds.add(ADA, GENERAL, "daily 08:00", "What is new?")
    stranger = operator(WorkspaceRef(Platform.SLACK, "T2"))
    assert await desk.deeds.listed(stranger) == []
    with pytest.raises(NotPossible, match="There is no schedule 1 here"):
        await desk.deeds.run_now(stranger, 1)


async def test_everything_that_is_wrong_is_said_at_once(desk: Desk) -> None:
    with pytest.raises(NotPossible) as error:
        await desk.deeds.add(ADA, GENERAL, "sometimes", " ")
    assert [problem.field for problem in error.value.problems] == ["when", "prompt"]
    with pytest.raises(NotPossible, match="at most 4,000 characters"):
        await desk.deeds.add(ADA, GENERAL, "daily 08:00", "a" * (PROMPT_LIMIT + 1))


async def test_a_workspace_has_so_many_schedules_and_no_more(desk: Desk) -> None:
    for _ in range(MOST):
        await desk.deeds.add(ADA, GENERAL, "daily 08:00", "What is new?")
    with pytest.raises(NotPossible, match="at most 50 schedules"):
        await desk.deeds.add(ADA, GENERAL, "daily 08:00", "What is new?")


async def test_every_deed_is_in_the_audit_log_and_no_prompt_is(desk: Desk) -> None:
    await desk.deeds.add(ADA, GENERAL, "daily 08:00", "A secret plan")
    for deed in (desk.deeds.pause, desk.deeds.resume, desk.deeds.run_now, desk.deeds.remove):
        await deed(ADA, 1)
    row, _ = await desk.database.run(workspaces.revision, Platform.SLACK, "T1")
    found = await desk.database.run(audit.changes, row)
    deeds = ["schedule.remove", "schedule.run", "schedule.resume", "schedule.pause", "schedule.add"]
    assert [change.deed for change in found] == deeds
    assert "secret" not in "".join(change.before + change.after for change in found)


async def test_a_persons_schedules_are_forgotten_with_them(desk: Desk) -> None:
    await desk.deeds.add(ANN, GENERAL, "daily 08:00", "What is new?")
    row, _ = await desk.database.run(workspaces.revision, Platform.SLACK, "T1")
    assert await desk.database.run(schedules.forget, row, "U1") == 1
    assert await desk.deeds.listed(ADA) == []


async def test_what_is_long_over_is_swept(desk: Desk) -> None:
    await desk.deeds.add(ADA, GENERAL, "in 1 minute", "Once")
    await desk.deeds.add(ADA, GENERAL, "daily 08:00", "Again and again")
    desk.now.at = START + timedelta(hours=1)
    await desk.fire_all()
    assert await desk.database.run(schedules.sweep, START) == 0
    assert await desk.database.run(firings.sweep, START) == 0
    later = START + timedelta(days=1)
    assert await desk.database.run(firings.sweep, later) == 2
    assert await desk.database.run(schedules.sweep, later) == 1
    assert [one.prompt for one in await desk.deeds.listed(ADA)] == ["Again and again"]


async def test_a_time_that_was_asked_is_never_asked_again(desk: Desk) -> None:
    await desk.deeds.add(ADA, GENERAL, "daily 08:00", "What is new?")
    desk.now.at = START + timedelta(hours=1)
    (due,) = await desk.due()
    assert await desk.timer.fire(due)
    await desk.database.run(put_off, due.next_at)
    (again,) = await desk.due()
    assert not await desk.timer.fire(again)
    assert len(await desk.asked()) == 1

    def kept(session: Session) -> list[str]:
        return list(session.execute(select(col(Message.platform_id))).scalars())

    assert (await desk.database.run(kept))[0].startswith(PENDING)
    assert len(await desk.database.run(lambda session: session.execute(select(Firing)).all())) == 1


async def test_upkeep_is_done_at_the_start_and_what_fails_stops_nothing(desk: Desk) -> None:
    done: list[datetime] = []

    async def fails(_now: datetime) -> None:
        raise OSError("no space")

    async def counts(moment: datetime) -> None:
        done.append(moment)

    lines = (Upkeep("failing", 0.05, fails), Upkeep("counting", 0.05, counts))
    timer = asyncio.create_task(Timer(desk.database, desk.woken.append, lines, desk.now, look_s=0.01).run())
    await until(lambda: len(done) > 2)
    timer.cancel()
    await asyncio.wait({timer})
    assert set(done) == {START}

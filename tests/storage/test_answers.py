"""The answers, personas and workspaces that the admin page lists, and who is let in to see them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from core.overview import waits
from storage import admin_sessions, answers, browsing, personas, workspaces
from storage.answers import Waited
from storage.database import Database
from storage.personas import PersonaFields
from storage.spending import Took
from storage.states import ReplyState
from storage.words import Platform
from tests.bots.admin.bakery import place, reply
from tests.storage.samples import ADA

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DONE = {"model": "small", "state": "done", "error": "", "first_s": 1.0, "whole_s": 4.0, "took": Took(tokens_in=5)}


def answered(session: Session, *ids: int, channel: str = "C1", workspace: str = "T1") -> None:
    located = workspaces.locate(session, place(channel, "general", workspace))
    for id_ in ids:
        reply(session, id_, located.channel_id, "Ann", NOON + timedelta(minutes=id_ % 100), **DONE)


async def test_answers_are_listed_newest_first_and_from_where_a_page_ended(database: Database) -> None:
    await database.run(answered, *range(1, 8))
    first = await database.run(answers.page, 1, None, 3)
    second = await database.run(answers.page, 1, first.next_id, 3)
    third = await database.run(answers.page, 1, second.next_id, 3)
    assert [[one.id for one in page.answers] for page in (first, second, third)] == [[7, 6, 5], [4, 3, 2], [1]]
    assert third.next_id is None
    newest = first.answers[0]
    assert (newest.asker_name, newest.channel_name, newest.state) == ("Ann", "general", ReplyState.DONE)
    assert newest.settled_at == newest.queued_at + timedelta(seconds=4)


async def test_a_look_ends_with_its_span_and_says_where_to_go_on(database: Database) -> None:
    await database.run(answered, 5, 6, 3 * answers.SPAN)
    page = await database.run(answers.page, 1)
    assert ([one.id for one in page.answers], page.next_id) == ([3 * answers.SPAN], 7)
    rest = await database.run(answers.page, 1, page.next_id)
    assert ([one.id for one in rest.answers], rest.next_id) == ([6, 5], None)
    assert (await database.run(answers.page, 1, 2**60)).answers == page.answers


async def test_the_answers_of_another_workspace_are_not_among_them(database: Database) -> None:
    def two(session: Session) -> None:
        answered(session, 1, 2)
        other = workspaces.workspace(session, Platform.DISCORD, "4567")
        assert other == 2

    await database.run(two)
    assert (await database.run(answers.page, 2)).answers == ()
    assert await database.run(answers.waited, 2, NOON) == []
    assert len(await database.run(answers.waited, 1, NOON)) == 2
    assert await database.run(answers.waited, 1, NOON + timedelta(days=1)) == []
    assert await database.run(answers.unsettled) == {ReplyState.QUEUED: 0, ReplyState.RUNNING: 0}


def test_waits_are_told_by_the_days_of_a_time_zone() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    told = waits(
        [
            Waited(ReplyState.DONE, late, late + timedelta(seconds=2), late + timedelta(seconds=9)),
            Waited(ReplyState.DONE, NOON, NOON + timedelta(seconds=1), NOON + timedelta(seconds=4)),
            Waited(ReplyState.FAILED, NOON, None, NOON + timedelta(seconds=90)),
            Waited(ReplyState.STOPPED, NOON, None, NOON + timedelta(seconds=1)),
        ],
        ZoneInfo("Europe/Brussels"),
    )
    assert [(one.day.day, one.first_median_s, one.whole_median_s) for one in told.days] == [
        (22, 1.0, 4.0),
        (23, 2.0, 9.0),
    ]
    assert (told.answers, told.in_vain, told.first_median_s) == (4, 1, 1.0)
    assert waits([], ZoneInfo("UTC")).first_median_s is None


async def test_personas_come_by_name_with_their_channels(database: Database) -> None:
    def made(session: Session) -> None:
        here = place("C1", "general", "Bakery")
        row = workspaces.locate(session, here).workspace_id
        for name in ("Pirate", "Butler", "Chef"):
            personas.create(session, row, ADA, PersonaFields(name=name, instruction="Talk."))
        for number in range(browsing.MOST_CHANNELS + 2):
            personas.assign(session, place(f"C{number + 1}", "general"), ADA, "Chef")

    await database.run(made)
    first = await database.run(browsing.personas, 1, "", 2)
    rest = await database.run(browsing.personas, 1, first[-1].persona.name_key, 2)
    listed = [(one.persona.name, len(one.channels), one.count) for one in (*first, *rest)]
    most = browsing.MOST_CHANNELS
    assert listed == [("Butler", 0, 0), ("Chef", most, most + 2), ("Pirate", 0, 0)]
    assert await database.run(browsing.channel, 2, 1) is None


async def test_workspaces_are_found_by_name_and_direct_messages_are_apart(database: Database) -> None:
    def met(session: Session) -> None:
        for id_, name in (("1", "Bakery"), ("2", "Garden 100%"), ("dm:7", "Ann"), ("3", "Garden")):
            workspaces.workspace(session, Platform.DISCORD, id_, name)

    await database.run(met)

    async def found(**how: object) -> list[str]:
        return [one.platform_id for one in await database.run(browsing.workspaces, **how)]  # type: ignore[arg-type]

    assert await found(most=2) == ["1", "2"]
    assert await found(after_id=2) == ["3"]
    assert await found(named="garden") == ["2", "3"]
    assert await found(named="0%") == ["2"]
    assert await found(named="3") == ["3"]
    assert await found(direct=True) == ["dm:7"]
    assert [await database.run(browsing.workspace, row) for row in (0, 5, 2**62)] == [None] * 3


async def test_a_session_holds_until_its_time_is_over_or_it_is_ended(database: Database) -> None:
    async def holds(digest: str, at: datetime = NOON) -> bool:
        return await database.run(admin_sessions.holds, digest, at)

    hour = timedelta(hours=1)
    await database.run(admin_sessions.begin, "one", NOON, NOON + hour)
    assert [await holds("one"), await holds("one", NOON + hour), await holds("two")] == [True, False, False]
    await database.run(admin_sessions.begin, "two", NOON + hour, NOON + 2 * hour)
    assert [await holds("one"), await holds("two")] == [False, True]
    await database.run(admin_sessions.end, "two")
    assert not await holds("two")

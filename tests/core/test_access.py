from dataclasses import replace

import pytest

from core import access, settings, texts
from core.access import AccessLists, Territory
from core.configurations import Configurations
from core.gate import Gate
from core.rights import NotAllowed
from storage import audit, threads
from storage.access import CHANNEL, PERSON, ROLE, Access, Listed
from storage.claims import Work
from storage.database import Database
from storage.incoming import Author, Incoming, Place
from storage.problems import NotPossible
from storage.words import Platform, Refusal
from tests.core.people import ADA, GENERAL, person
from tests.storage.samples import BEN, said

EDITOR = Author(id="U1", name="Ann", roles=("R1",))
DIRECT = replace(GENERAL, channel_id="D7")


@pytest.fixture
def lists(database: Database) -> AccessLists:
    return AccessLists(database, Configurations(database))


def rules(*allowed: tuple[str, str], denied: tuple[tuple[str, str], ...] = (), **more: object) -> Access:
    listed = tuple(Listed(*one) for one in allowed), tuple(Listed(*one) for one in denied)
    return Access(*listed, **more)  # type: ignore[arg-type]


def why_not(what: Access, incoming: Incoming | None = None) -> Refusal | None:
    return access.refusal(what, incoming or said(1, author=EDITOR))


def test_without_any_rule_everybody_may_ask_everywhere() -> None:
    assert why_not(Access()) is None
    assert access.keeps(Access(), GENERAL)


@pytest.mark.parametrize("one", [(PERSON, "U1"), (ROLE, "R1")])
def test_who_is_allowed_may_ask_and_others_may_not(one: tuple[str, str]) -> None:
    assert why_not(rules(one)) is None
    assert why_not(rules(one), said(1, author=BEN)) is Refusal.PERSON


def test_what_is_denied_stays_denied_whatever_is_allowed() -> None:
    assert why_not(rules((PERSON, "U1"), denied=((ROLE, "R1"),))) is Refusal.PERSON
    assert why_not(rules((ROLE, "R1"), denied=((PERSON, "U1"),))) is Refusal.PERSON


def test_channels_are_a_list_of_their_own() -> None:
    assert why_not(rules((CHANNEL, "C1"))) is None
    assert access.keeps(rules((CHANNEL, "C1")), GENERAL)
    assert not access.keeps(rules((CHANNEL, "C2")), GENERAL)
    assert not access.keeps(rules((CHANNEL, "C1"), denied=((CHANNEL, "C1"),)), GENERAL)


def test_direct_messages_are_no_channel_and_have_a_switch() -> None:
    assert access.keeps(rules((CHANNEL, "C2")), DIRECT)
    assert why_not(rules(direct=False), said(1, place=DIRECT)) is Refusal.DIRECT
    assert why_not(rules(direct=False)) is None


@pytest.mark.parametrize(
    ("text", "blocked"),
    [("Blue Moon!", True), ("bluemoon", False), ("the blue moons", False), ("(secret)", True), ("secretly", False)],
)
def test_a_question_with_a_blocked_word_is_refused(text: str, blocked: bool) -> None:
    assert (why_not(rules(words=("blue moon", "secret")), said(1, text)) is Refusal.WORDS) is blocked


@pytest.mark.parametrize(
    ("place", "served"),
    [
        (GENERAL, True),
        (replace(GENERAL, workspace_id="T2"), False),
        (replace(GENERAL, workspace_id="T3"), False),
        (Place(platform=Platform.DISCORD, workspace_id="dm:5", channel_id="7"), True),
    ],
)
def test_the_operator_says_which_workspaces_are_served(place: Place, served: bool) -> None:
    loaded = settings.load(None, PARLEY_WORKSPACES_ALLOWED="slack:T1, slack:T3", PARLEY_WORKSPACES_DENIED="slack:T3")
    assert Territory.of(loaded).has(place) is served


def test_the_operator_may_serve_no_direct_messages() -> None:
    territory = Territory.of(settings.load(None, PARLEY_DIRECT_MESSAGES="off"))
    places = (GENERAL, DIRECT, Place(platform=Platform.DISCORD, workspace_id="dm:5", channel_id="7"))
    assert [territory.has(place) for place in places] == [True, False, False]


def test_a_workspace_that_is_none_is_told_at_the_start() -> None:
    _, problems = settings.read(None, PARLEY_WORKSPACES_DENIED="T3")
    assert problems == ("PARLEY_WORKSPACES_DENIED: 'T3' is no workspace: write slack:T0123ABC or discord:4567",)


async def test_admins_alone_say_who_may_use_it_and_it_is_written_down(lists: AccessLists, database: Database) -> None:
    with pytest.raises(NotAllowed):
        await lists.deny(person("U2"), PERSON, "U1", "Ann")
    await lists.deny(ADA, PERSON, "U1", "Ann")
    await lists.allow(ADA, ROLE, "R1", "Editors")
    await lists.set_direct(ADA, on=False)
    await lists.set_words(ADA, [" blue  moon ", "blue moon", ""])
    assert await lists.shown(ADA) == Access(
        (Listed(ROLE, "R1", "Editors"),), (Listed(PERSON, "U1", "Ann"),), direct=False, words=("blue moon",)
    )
    deeds = [change.deed for change in await database.run(audit.changes, 1)]
    assert deeds == ["access.words", "access.direct", "access.allow", "access.deny"]


async def test_who_is_denied_and_then_allowed_is_allowed(lists: AccessLists) -> None:
    await lists.deny(ADA, PERSON, "U1")
    await lists.allow(ADA, PERSON, "U1")
    assert await lists.shown(ADA) == Access((Listed(PERSON, "U1"),))
    await lists.lift(ADA, PERSON, "U1")
    assert await lists.shown(ADA) == Access()
    with pytest.raises(NotPossible, match="nothing to lift"):
        await lists.lift(ADA, PERSON, "U1")


def gate(database: Database, configurations: Configurations) -> Gate:
    def no_surface(_work: Work) -> None:
        raise LookupError

    return Gate(settings.load(None), database, no_surface, lambda: 0.0, configurations)  # type: ignore[arg-type]


async def test_at_the_gate_a_change_of_another_process_holds_with_the_next_message(
    lists: AccessLists, database: Database, neighbour: Database
) -> None:
    configurations = Configurations(neighbour)
    door = gate(neighbour, configurations)

    async def knock(number: int) -> tuple[bool, str]:
        visit = door.visit(said(number, thread_key=str(number)))
        kept = await neighbour.run(threads.keep, said(number, thread_key=str(number)), visit)
        visit.over()
        return kept.refused_id is not None, visit.notice()

    assert await knock(1) == (False, "")
    await lists.deny(ADA, PERSON, "U1")
    assert await knock(2) == (True, texts.NOT_FOR_YOU)
    assert await knock(3) == (True, "")
    await lists.lift(ADA, PERSON, "U1")
    assert await knock(4) == (False, "")


async def test_what_is_said_in_a_denied_channel_is_not_even_kept(lists: AccessLists, database: Database) -> None:
    await lists.deny(ADA, CHANNEL, "C1")
    visit = gate(database, Configurations(database)).visit(said(1))
    assert await database.run(threads.keep, said(1), visit) == threads.Kept()


def test_an_answer_is_not_made_any_more_to_somebody_who_was_denied_meanwhile() -> None:
    def barred(what: Access) -> bool:
        return access.barred(what, Platform.SLACK, "T1", "C1", "U1")

    assert [barred(rules(denied=((PERSON, one),))) for one in ("U1", "U2")] == [True, False]
    assert barred(rules(denied=((CHANNEL, "C1"),)))
    assert not barred(rules((ROLE, "R1")))

"""What is put together again from a record is what the model was given, to the last character."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from core import evidence, history, record
from core.evidence import Evidence
from core.prompt import Layer, Source
from core.record import Record
from core.why import Why
from storage.claims import Turn
from storage.incoming import File
from storage.records import Asked, Kept, Said
from storage.states import ReplyState
from storage.summaries import Summary
from storage.words import AuthorKind, FileKind, Platform, Role
from tests.core.test_history import WORK

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ASKED = Asked(
    reply_id=1,
    version=1,
    state=ReplyState.DONE,
    platform=Platform.SLACK,
    workspace_row=1,
    workspace_id="T1",
    workspace_name="Bakery",
    channel_id="C1",
    channel_name="general",
    thread_id=1,
    asker_id="U1",
    asker_name="Ann",
    asked_at=NOW,
)
FACTS = Layer(Source.FACTS, "Today is Sunday.")

files = st.builds(File, name=st.just("a.txt"), kind=st.just(FileKind.TEXT), text=st.text(max_size=3_000)) | st.builds(
    File, name=st.just("b.zip"), kind=st.just(FileKind.LEFT_OUT), note=st.just("too large")
)
by_others = st.builds(
    Turn,
    role=st.just(Role.USER),
    author_kind=st.sampled_from([AuthorKind.PERSON, AuthorKind.BOT]),
    author_id=st.just("U1"),
    author_name=st.just("Ann"),
    text=st.text(max_size=60),
    files=st.lists(files, max_size=2).map(tuple),
)
by_parley = st.builds(
    Turn,
    role=st.just(Role.ASSISTANT),
    author_kind=st.just(AuthorKind.SELF),
    author_id=st.just(""),
    author_name=st.just(""),
    text=st.text(max_size=60),
)
conversations = st.lists(by_others | by_parley, min_size=1, max_size=12)


def numbered(turns: list[Turn]) -> tuple[Turn, ...]:
    return tuple(replace(turn, message_id=number) for number, turn in enumerate(turns, 1))


def told(
    turns: tuple[Turn, ...], request: history.Request, now: dict[int, Said], summary: Summary | None = None
) -> Why:
    """What is shown of a request by what its messages, and its summary, are now."""
    kept = Record(
        state="done",
        layers=record.layers_of(request),
        turns=record.turns_of(request.taken),
        summary=record.summary_of(request),
    )
    kept = record.unpacked(record.packed(kept))
    return evidence.why(ASKED, Kept(1, NOW, ""), [1], kept, Evidence(now, {}, {}, 0, summary=summary))


@given(conversations, st.integers(0, 2_000))
def test_what_nobody_has_changed_is_shown_as_the_model_had_it(said: list[Turn], budget: int) -> None:
    turns = numbered(said)
    request = history.request(replace(WORK, turns=turns), [FACTS], budget)
    why = told(turns, request, {turn.message_id: Said(turn, None, None) for turn in turns})
    shown = [(one.role, "\n\n".join(turn.text for turn in one.turns)) for one in why.messages]
    assert shown == [(one.role, one.content) for one in request.messages[1:]]
    assert [layer.text for layer in why.layers] == [FACTS.text]
    assert all(not turn.note for message in why.messages for turn in message.turns)


@given(conversations, st.integers(0, 12), st.text(max_size=60))
def test_a_summary_is_shown_as_the_model_had_it_or_not_at_all(said: list[Turn], covered: int, text: str) -> None:
    turns = numbered(said)
    summary = Summary(7, min(covered, len(turns) - 1), text)
    request = history.request(replace(WORK, turns=turns, older=True, summary=summary), [FACTS], 2_000)
    now = {turn.message_id: Said(turn, None, None) for turn in turns}
    why = told(turns, request, now, summary)
    shown = [(one.role, "\n\n".join(turn.text for turn in one.turns)) for one in why.messages]
    assert shown == [(one.role, one.content) for one in request.messages[1:]]
    assert not why.messages[0].turns[0].note
    forgotten = told(turns, request, now, None).messages[0].turns[0]
    assert (forgotten.text, forgotten.note) == ("", evidence.OUTDATED)


@given(conversations)
def test_of_what_is_deleted_nothing_is_shown(said: list[Turn]) -> None:
    turns = numbered(said)
    request = history.request(replace(WORK, turns=turns), [FACTS], 2_000)
    gone = {turn.message_id: Said(replace(turn, text="", author_name="", files=()), None, NOW) for turn in turns}
    why = told(turns, request, gone)
    assert {turn.text for message in why.messages for turn in message.turns} == {""}
    assert not why.left_out

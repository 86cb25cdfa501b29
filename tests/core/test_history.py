from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core import history, prompt, tokens
from core.chat import ChatMessage
from core.history import Request
from core.prompt import Layer, Source
from core.tokens import Count
from storage.claims import Turn, Work
from storage.configurations import Configuration, Voice
from storage.incoming import File
from storage.summaries import Summary
from storage.tool_turns import CallTurn
from storage.words import AuthorKind, FileKind, Platform, Role, ToolState

WORK = Work(
    reply_id=1,
    epoch=1,
    version=1,
    thread_id=1,
    platform=Platform.SLACK,
    workspace_row=1,
    workspace_id="T1",
    workspace_name="Bakery",
    workspace_revision=1,
    channel_row=1,
    channel_id="C1",
    channel_name="general",
    channel_topic="",
    channel_model="",
    persona_id=1,
    persona_name="Pirate",
    persona_display_name="",
    persona_icon="",
    thread_key="1",
    posts_in="C1",
    trigger_id="1",
    asker_id="U1",
    asked_at=datetime(2026, 11, 22, 23, 59, tzinfo=UTC),
    seen_position=1,
    turns=(),
)
BAKERY = Configuration(
    workspace_row=1,
    platform=Platform.SLACK,
    revision=1,
    prompt="We bake bread.",
    personas={1: Voice(name="Pirate", instruction="Talk like a pirate.")},
)


def by_person(text: str, name: str = "Ann") -> Turn:
    return Turn(Role.USER, AuthorKind.PERSON, name, name, text)


def by_parley(text: str) -> Turn:
    return Turn(Role.ASSISTANT, AuthorKind.SELF, "", "", text)


def by_bot(text: str) -> Turn:
    return Turn(Role.USER, AuthorKind.BOT, "B1", "Deploybot", text)


def messages(*turns: Turn, budget: int = 10_000) -> list[ChatMessage]:
    work = replace(WORK, turns=turns)
    return history.request(work, prompt.layers(work, BAKERY, ""), budget).messages


def test_the_layers_come_in_their_order() -> None:
    layers = prompt.layers(replace(WORK, turns=(by_person("hi"),)), BAKERY, "House rules.")
    assert [layer.text for layer in layers[:3]] == ["House rules.", "We bake bread.", "Talk like a pirate."]


def test_the_facts_name_the_place_the_day_and_the_people() -> None:
    turns = (by_person("a"), by_parley("b"), by_bot("c"), by_person("d", "Ben"))
    facts = prompt.facts(replace(WORK, turns=turns), BAKERY)
    assert "on Slack, in the workspace 'Bakery', channel #general" in facts
    assert "Today is Sunday, 22 November 2026 (UTC)." in facts
    assert "Taking part: Ann, Ben." in facts


def test_without_a_workspace_prompt_the_built_in_one_applies() -> None:
    assert prompt.layers(WORK, replace(BAKERY, prompt=""), "")[0].text == prompt.DEFAULT_PROMPT


def test_turns_that_follow_each_other_are_one_message_told_apart_by_name() -> None:
    assert messages(by_person("one"), by_person("two", "Ben"), by_bot("three"))[1:] == [
        ChatMessage(Role.USER, "Ann: one\n\nBen: two\n\nDeploybot (bot): three")
    ]


def test_an_answer_at_the_beginning_is_told_as_what_was_said_before() -> None:
    assert messages(by_parley("Hello."), by_person("hi"))[1:] == [
        ChatMessage(Role.USER, "Parley (earlier): Hello.\n\nAnn: hi")
    ]


def test_the_oldest_turns_are_left_out_beyond_the_budget() -> None:
    turns = [by_person(f"{number} " + "word " * 100) for number in range(50)]
    kept = messages(*turns, budget=1_000)[1].content
    assert "49 word" in kept
    assert "\n\nAnn: 0 word" not in kept


def test_the_newest_turn_is_kept_even_beyond_the_budget() -> None:
    assert "word" in messages(by_person("word " * 5_000), budget=10)[-1].content


calls = st.lists(
    st.builds(
        CallTurn,
        round=st.integers(1, 3),
        number=st.integers(1, 3),
        call_id=st.text(min_size=1, max_size=5),
        name=st.just("search"),
        arguments=st.just("{}"),
        result=st.text(max_size=80),
        state=st.just(ToolState.DONE),
    ),
    max_size=3,
    unique_by=lambda call: (call.round, call.number),
).map(lambda calls: tuple(sorted(calls, key=lambda call: (call.round, call.number))))
files = st.lists(
    st.builds(File, name=st.just("a.txt"), kind=st.just(FileKind.TEXT), text=st.text(max_size=2_000))
    | st.builds(File, name=st.just("b.png"), kind=st.just(FileKind.IMAGE), image=st.just(b"\x89PNG")),
    max_size=2,
).map(tuple)
words = st.text(max_size=60)
a_turn = (
    words.map(by_bot)
    | st.builds(lambda text, its: replace(by_person(text), files=its), words, files)
    | st.builds(lambda text, its: replace(by_parley(text), calls=its), words, calls)
)
conversations = st.lists(a_turn, max_size=12)
summaries = st.none() | st.builds(Summary, row=st.just(1), up_to_id=st.integers(0, 14), text=st.text(max_size=200))


@dataclass(frozen=True)
class Case:
    """Any conversation whose trigger is one of its last turns, and the request that is made of it."""

    work: Work
    budget: int
    count: Count
    asked: Request


def in_words(text: str) -> int:
    return len(text.split()) or 1


@st.composite
def cases(draw: st.DrawFn, most_tokens: int = 4_000) -> Case:
    before, after = draw(conversations), draw(st.lists(words.map(by_person), max_size=3))
    said = [*before, by_person("the question"), *after]
    numbered = tuple(replace(turn, message_id=number) for number, turn in enumerate(said, 1))
    trigger = len(before) + 1
    summary = draw(summaries)
    if summary is not None and summary.up_to_id >= trigger:
        summary = None
    work = replace(WORK, turns=numbered, trigger_row=trigger, older=draw(st.booleans()), summary=summary)
    budget, count = draw(st.integers(0, most_tokens)), draw(st.sampled_from([tokens.estimate, in_words]))
    return Case(work, budget, count, history.request(work, [Layer(Source.FACTS, "Today.")], budget, count=count))


@given(cases())
def test_whatever_the_history_roles_alternate_as_endpoints_need(case: Case) -> None:
    system, *rest = [message for message in case.asked.messages if message.role is not Role.TOOL and not message.calls]
    assert system.role is Role.SYSTEM
    assert [message.role for message in rest] == [Role.USER, Role.ASSISTANT] * (len(rest) // 2) + [Role.USER]


@given(cases())
def test_whatever_the_history_each_call_of_a_tool_is_followed_by_its_result(case: Case) -> None:
    expected: list[str] = []
    for message in case.asked.messages:
        if message.role is Role.TOOL:
            assert message.call_id == expected.pop(0)
        else:
            assert expected == []
            expected = [call.call_id for call in message.calls]
    assert expected == []


@given(cases())
def test_whatever_the_history_the_newest_turns_are_kept_and_the_trigger(case: Case) -> None:
    kept = [one.said for one in case.asked.taken]
    trigger = next(turn for turn in case.work.turns if turn.message_id == case.work.trigger_row)
    assert trigger in kept
    rest = kept if kept == list(case.work.turns[-len(kept) :]) else kept[1:]
    assert rest == list(case.work.turns[-len(rest) :])
    assert kept in (rest, [trigger, *rest])
    assert "Ann: the question" in "".join(message.content for message in case.asked.messages)


@given(cases())
def test_whatever_the_history_it_is_within_the_window_or_holds_what_must_be_there_alone(case: Case) -> None:
    must = {case.work.trigger_row, case.work.turns[-1].message_id}
    others = [one for one in case.asked.taken if one.said.message_id not in must]
    assert case.asked.tokens <= case.budget or not others
    assert case.asked.tokens <= case.budget or case.asked.summary is None


@given(cases())
def test_whatever_the_history_its_messages_take_no_more_than_was_reckoned(case: Case) -> None:
    texts = [text for one in case.asked.messages for text in (one.content, *(call.arguments for call in one.calls))]
    pictures = sum(len(message.images) for message in case.asked.messages)
    took = sum(map(case.count, texts)) + pictures * tokens.PER_IMAGE
    names = len(case.work.turns) * case.count(history.OWN_EARLIER)
    assert took <= case.asked.tokens + names


@given(cases())
def test_a_summary_stands_in_place_of_what_it_covers_and_of_nothing_else(case: Case) -> None:
    work, asked = case.work, case.asked
    kept = {one.said.message_id for one in asked.taken}
    marked = [message for message in asked.messages if history.SUMMARY_MARK in message.content]
    assert bool(marked) is (asked.summary is not None)
    if asked.summary is None:
        assert asked.no_room == len(work.turns) - len(kept)
        return
    assert asked.forgets
    assert marked == [asked.messages[1]]
    assert min(kept) > asked.summary.up_to_id
    assert asked.no_room == len([turn for turn in work.turns if turn.message_id > asked.summary.up_to_id]) - len(kept)


@given(cases(most_tokens=100_000))
def test_a_conversation_that_fits_needs_no_summary(case: Case) -> None:
    fits = not case.work.older and len(case.asked.taken) == len(case.work.turns)
    assert fits is not case.asked.forgets
    assert case.asked.summary is None or not fits


def test_the_beginning_stays_the_same_while_a_summary_holds() -> None:
    said = [replace(by_person(f"{number} " + "word " * 50), message_id=number) for number in range(1, 31)]
    summary = Summary(1, 20, "They counted.")
    begun = [
        history.request(replace(WORK, turns=tuple(said[:count]), summary=summary), [], 1_000).messages[1].content
        for count in (25, 27, 29)
    ]
    assert all(later.startswith(earlier) for earlier, later in pairwise(begun))
    assert history.SUMMARY_MARK in begun[0]


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_longer_text_never_takes_fewer_tokens(text: str, more: str) -> None:
    assert tokens.estimate(text) <= tokens.estimate(f"{text} {more}")

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from core import history, prompt, tokens
from core.history import ChatMessage
from storage.claims import Turn, Work
from storage.words import AuthorKind, Platform, Role

WORK = Work(
    reply_id=1,
    epoch=1,
    version=1,
    thread_id=1,
    platform=Platform.SLACK,
    workspace_id="T1",
    workspace_name="Bakery",
    workspace_prompt="We bake bread.",
    channel_row=1,
    channel_id="C1",
    channel_name="general",
    persona_name="Pirate",
    persona_instruction="Talk like a pirate.",
    thread_key="1",
    posts_in="C1",
    trigger_id="1",
    asker_id="U1",
    asked_at=datetime(2026, 11, 22, 23, 59, tzinfo=UTC),
    seen_position=1,
    turns=(),
)


def by_person(text: str, name: str = "Ann") -> Turn:
    return Turn(Role.USER, AuthorKind.PERSON, name, name, text)


def by_parley(text: str) -> Turn:
    return Turn(Role.ASSISTANT, AuthorKind.SELF, "", "", text)


def by_bot(text: str) -> Turn:
    return Turn(Role.USER, AuthorKind.BOT, "B1", "Deploybot", text)


def messages(*turns: Turn, budget: int = 10_000) -> list[ChatMessage]:
    return history.request(replace(WORK, turns=turns), "", budget).messages


def test_the_layers_come_in_their_order() -> None:
    text = prompt.system_prompt(replace(WORK, turns=(by_person("hi"),)), "House rules.")
    assert text.split("\n\n")[:3] == ["House rules.", "We bake bread.", "Talk like a pirate."]


def test_the_facts_name_the_place_the_day_and_the_people() -> None:
    facts = prompt.facts(replace(WORK, turns=(by_person("a"), by_parley("b"), by_bot("c"), by_person("d", "Ben"))))
    assert "on Slack, in the workspace 'Bakery', channel #general" in facts
    assert "Today is Sunday, 22 November 2026 (UTC)." in facts
    assert "Taking part: Ann, Ben." in facts


def test_without_a_workspace_prompt_the_built_in_one_applies() -> None:
    assert prompt.system_prompt(replace(WORK, workspace_prompt=""), "").startswith(prompt.DEFAULT_PROMPT)


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


turns = st.lists(
    st.sampled_from([by_person, by_parley, by_bot]).flatmap(lambda make: st.text(max_size=60).map(make)), min_size=1
)


@given(turns, st.integers(0, 600))
def test_whatever_the_history_roles_alternate_and_the_newest_turn_is_last(said: list[Turn], budget: int) -> None:
    said = [*said, by_person("the question")]
    system, *rest = messages(*said, budget=budget)
    assert system.role is Role.SYSTEM
    assert [message.role for message in rest] == [Role.USER, Role.ASSISTANT] * (len(rest) // 2) + [Role.USER]
    assert rest[-1].content.endswith("Ann: the question")


@given(turns, st.integers(0, 2_000))
def test_what_is_kept_is_within_the_budget_or_the_newest_turn_alone(said: list[Turn], budget: int) -> None:
    kept = history.newest_that_fit(said, budget)
    cost = sum(tokens.estimate(turn.text) + tokens.PER_MESSAGE for turn in kept)
    assert list(kept) == said[-len(kept) :]
    assert cost <= budget or len(kept) == 1


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_longer_text_never_takes_fewer_tokens(text: str, more: str) -> None:
    assert tokens.estimate(text) <= tokens.estimate(text + more)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.thinking import Thinking


def shown(pieces: list[str], *, whole: bool = True) -> str:
    thinking = Thinking()
    return "".join(thinking.feed(piece) for piece in pieces) + thinking.end(whole=whole)


ANSWERS = [
    ("<think>secret</think>Hello.", "Hello."),
    ("\n<think>\nsecret\n</think>\n\nHello.", "Hello."),
    ("<thinking>secret</thinking>Hello.", "Hello."),
    ("<think>a</think><think>b</think>Hello.", "Hello."),
    ("Hello. <think>secret</think>Bye.", "Hello. Bye."),
    ("<think>never closed", ""),
    ("<think></think>", ""),
    ("Write `<think>` to begin.", "Write `<think>` to begin."),
    ("```\n<think>a</think>\n```\nDone.", "```\n<think>a</think>\n```\nDone."),
    ("1 < 2 <th", "1 < 2 <th"),
    ("A <think> is a tag.", "A <think> is a tag."),
    ("<<think>a</think>b", "<b"),
    ("</think>b", "</think>b"),
]


@pytest.mark.parametrize(("said", "seen"), ANSWERS)
def test_what_is_thought_is_not_shown(said: str, seen: str) -> None:
    assert shown([said]) == seen


@pytest.mark.parametrize(("said", "seen"), ANSWERS)
def test_a_tag_may_be_split_anywhere(said: str, seen: str) -> None:
    assert shown(list(said)) == seen


def test_what_was_hidden_stays_so_when_the_answer_broke_off() -> None:
    assert shown(["Hello. <think>sec"], whole=False) == "Hello. "


@given(st.lists(st.sampled_from(["<think>", "</think>", "<th", "ink>", "`", "``", "```\n", "a", " ", "<", "\n"])))
def test_how_it_is_cut_changes_nothing(pieces: list[str]) -> None:
    assert shown(pieces) == shown(["".join(pieces)]) == shown(list("".join(pieces)))


@given(st.text(alphabet="ab`\n <>/"))
def test_without_a_whole_tag_nothing_is_lost_but_space_at_the_beginning(text: str) -> None:
    assert shown(list(text)) == text.lstrip()

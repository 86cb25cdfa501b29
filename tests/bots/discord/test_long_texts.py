"""Texts that are cut for forms, and put together again as they were."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.discord import long_texts
from bots.discord.long_texts import Part
from bots.discord.questions import Question
from storage.problems import NotPossible

TEXTS = st.text(alphabet=st.sampled_from("ab \n"), max_size=400).map(str.strip)


@given(TEXTS, st.integers(min_value=10, max_value=120))
def test_parts_put_together_are_the_text(text: str, limit: int) -> None:
    assert long_texts.joined(list(long_texts.cut(text, limit))) == text


@given(TEXTS, st.integers(min_value=10, max_value=120))
def test_no_part_is_too_long_or_loses_anything_when_it_is_stripped(text: str, limit: int) -> None:
    parts = list(long_texts.cut(text, limit))
    assert all(len(part.text) <= limit for part in parts)
    if "\n\n\n" not in text and "  " not in text and " \n" not in text and "\n " not in text:
        assert all(part.text == part.text.strip() for part in parts)


def test_a_text_is_cut_between_paragraphs_before_lines_and_words() -> None:
    text = f"{'a ' * 1_600}\n\n{'b ' * 100}\n{'c ' * 1_000}".replace(" \n", "\n").strip()
    assert [part.joint for part in long_texts.cut(text)] == ["p", "p"]
    assert [part.joint for part in long_texts.cut("word " * 1_000)] == ["p", "w"]
    assert [part.joint for part in long_texts.cut("x" * 9_000)] == ["p", "n", "n"]


def test_a_text_of_twenty_thousand_characters_fits_into_one_form() -> None:
    parts = long_texts.cut("x" * 20_000)
    assert len(long_texts.questions(parts, "How?", "Instruction")) == 5


def test_a_text_of_nothing_but_gaps_is_no_more_looked_through_than_a_form_holds() -> None:
    parts = long_texts.cut("a \n" * 6_000)
    with pytest.raises(NotPossible, match="too long for a form"):
        long_texts.questions(parts, "How?", "Instruction")
    assert len(list(islice(parts, 10))) == 10


def test_as_the_text_grows_the_file_and_the_name_make_room() -> None:
    def ids(count: int) -> list[str]:
        name = Question("name", "Name")
        return [each.id for each in long_texts.questions([Part("p", "x")] * count, "How?", "Instruction", name)]

    assert ids(1) == ["name", "part-1p", "part-2p", "file"]
    assert ids(3) == ["name", "part-1p", "part-2p", "part-3p", "file"]
    assert ids(4) == ["name", "part-1p", "part-2p", "part-3p", "part-4p"]
    assert ids(5) == ["part-1p", "part-2p", "part-3p", "part-4p", "part-5p"]


def test_what_was_typed_is_found_by_the_ids_of_its_inputs() -> None:
    typed = long_texts.typed({"part-2l": "two", "name": "Pirate", "part-1p": "one", "part-3p": ""})
    assert long_texts.joined(typed) == "one\ntwo"

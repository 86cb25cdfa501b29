from hypothesis import given
from hypothesis import strategies as st

from bots.slack import passages
from core.fields import INSTRUCTION_LIMIT

line = st.text(st.sampled_from("abé \N{PARTY POPPER}"), max_size=400)
long_texts = st.lists(line, max_size=60).map("\n".join).map(lambda text: text[:INSTRUCTION_LIMIT])


@given(long_texts)
def test_a_text_that_is_cut_and_joined_is_as_it_was(text: str) -> None:
    cut, joints = passages.cut(text)
    assert passages.joined(cut, joints) == text


@given(long_texts.flatmap(lambda text: st.sampled_from([text, "x" * INSTRUCTION_LIMIT, (text + "\n") * 9])))
def test_every_instruction_fits_into_the_inputs_of_one_form(text: str) -> None:
    cut, _ = passages.cut(text[:INSTRUCTION_LIMIT])
    assert len(cut) <= passages.MOST
    assert all(len(passage) <= passages.INPUT_LIMIT for passage in cut)


def test_what_is_written_into_a_further_input_goes_on_in_a_new_line() -> None:
    assert passages.joined(["one", "two", "", ""], "") == "one\ntwo"

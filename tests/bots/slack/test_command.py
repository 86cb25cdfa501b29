from hypothesis import given
from hypothesis import strategies as st

from bots.slack.command import escaped, first_name


@given(st.text(alphabet='ab\\"“” ').map(str.strip), st.text(alphabet="ab ").map(str.strip))
def test_a_name_that_is_escaped_is_read_as_it_is(name: str, rest: str) -> None:
    assert first_name(f'"{escaped(name)}" {rest}') == (name, rest)


def test_quotes_that_never_end_are_read_in_one_go() -> None:
    typed = '"' + "\\" * 3_000
    assert first_name(typed) == (typed, "")

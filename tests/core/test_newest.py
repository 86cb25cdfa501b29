from hypothesis import given
from hypothesis import strategies as st

from core.newest import Newest


@given(keys=st.lists(st.integers(0, 20)), most=st.integers(1, 5))
def test_so_many_of_those_that_were_set_last_are_remembered(keys: list[int], most: int) -> None:
    subject: Newest[int, int] = Newest(most)
    for place, key in enumerate(keys):
        subject[key] = place

    newest = list(dict.fromkeys(reversed(keys)))[:most]

    assert list(reversed(subject)) == newest
    assert all(keys[place] == key for key, place in subject.items())


def test_what_is_only_looked_at_or_set_by_default_is_no_way_round_it() -> None:
    subject: Newest[str, int] = Newest(2)
    for key in "abcd":
        subject.setdefault(key, 1)
    subject |= {"e": 1, "f": 1}

    assert list(subject) == ["e", "f"]

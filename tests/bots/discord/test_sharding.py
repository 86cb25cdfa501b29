from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.discord.sharding import IdentifyTurns, Plan, remaining_s
from core.shards import Shards, parse


def test_a_range_or_one_shard_is_read() -> None:
    assert parse("0-3/16") == Shards((0, 1, 2, 3), 16)
    assert parse("5/16") == Shards((5,), 16)
    assert parse(" 0/1 ") == Shards((0,), 1)


@pytest.mark.parametrize("text", ["", "4", "4/4", "3-2/16", "0-16/16", "a/b", "-1/2", "0-3/16/2"])
def test_what_names_no_shards_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="does not name shards"):
        parse(text)


def test_shards_wait_only_for_those_of_their_own_key() -> None:
    plan = Plan(Shards((0, 1, 2, 3, 4), 5), 2)
    assert plan.lanes == [[0, 2, 4], [1, 3]]


def test_two_processes_share_the_turns(tmp_path: Path) -> None:
    one, other = IdentifyTurns("a", 5.0, tmp_path), IdentifyTurns("a", 5.0, tmp_path)
    assert one.take(0, 100.0) == 0
    assert other.take(0, 102.0) == 3.0
    assert other.take(1, 102.0) == 0
    assert other.take(0, 105.0) == 0
    assert one.take(0, 105.5) == 4.5


def test_applications_do_not_wait_for_one_another(tmp_path: Path) -> None:
    assert IdentifyTurns("a", 5.0, tmp_path).take(0, 100.0) == 0
    assert IdentifyTurns("b", 5.0, tmp_path).take(0, 100.0) == 0


@given(written=st.text(), now=st.floats(0, 1e10))
def test_whatever_the_file_says_nobody_waits_longer_than_a_window(written: str, now: float) -> None:
    assert 0 <= remaining_s(written, now, 5.0) <= 5.0

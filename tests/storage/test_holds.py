import os
from pathlib import Path

from storage.holds import Holds


def test_a_thread_is_held_for_as_long_as_the_block_runs(tmp_path: Path) -> None:
    holds, others = Holds(tmp_path / "locks"), Holds(tmp_path / "locks")
    assert not others.is_held(7)
    with holds.hold(7) as mine:
        assert mine
        assert others.is_held(7)
        assert not others.is_held(8)
        with others.hold(7) as theirs:
            assert not theirs
        assert others.is_held(7)
    assert not others.is_held(7)
    assert list((tmp_path / "locks").iterdir()) == []


def test_a_process_that_dies_holds_nothing(tmp_path: Path) -> None:
    locks = tmp_path / "locks"
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with Holds(locks).hold(7):
            os.write(writing, b"!")
            os.kill(os.getpid(), 9)
    os.read(reading, 1)
    os.waitpid(child, 0)
    os.close(reading)
    os.close(writing)
    assert (locks / "7").exists()
    assert not Holds(locks).is_held(7)

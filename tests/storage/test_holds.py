import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGKILL, pause

from storage.holds import OF_OPENED, Holds


@contextmanager
def another_process_holding(path: Path, thread_id: int) -> Iterator[int]:
    """Its process id, once it holds the thread."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with Holds(path).hold(thread_id) as held:
            os.write(writing, b"!" if held else b"?")
            pause()
    try:
        assert os.read(reading, 1) == b"!"
        yield child
    finally:
        with suppress(ProcessLookupError):
            os.kill(child, SIGKILL)
        os.waitpid(child, 0)
        os.close(reading)
        os.close(writing)


def test_a_thread_is_held_once_for_as_long_as_the_block_runs(tmp_path: Path) -> None:
    holds = Holds(tmp_path / "held")
    assert not holds.is_held(7)
    with holds.hold(7) as mine:
        assert mine
        assert holds.is_held(7)
        assert not holds.is_held(8)
        with holds.hold(7) as again:
            assert not again
        assert holds.is_held(7)
    assert not holds.is_held(7)
    holds.close()


def test_what_another_process_holds_is_nobody_elses_until_that_process_dies(tmp_path: Path) -> None:
    holds = Holds(tmp_path / "held")
    with another_process_holding(tmp_path / "held", 7) as process:
        assert holds.is_held(7)
        assert not holds.is_held(8)
        with holds.hold(7) as mine, holds.hold(8) as other:
            assert not mine
            assert other
        assert holds.is_held(7)
        os.kill(process, SIGKILL)
    with holds.hold(7) as mine:
        assert mine
    holds.close()


def test_two_services_of_one_process_hold_apart_where_the_system_can(tmp_path: Path) -> None:
    holds, others = Holds(tmp_path / "held"), Holds(tmp_path / "held")
    with holds.hold(7), others.hold(7) as theirs, others.hold(8) as free:
        assert theirs is (OF_OPENED is None)
        assert free
        assert holds.is_held(8) is (OF_OPENED is not None)
    others.close()
    holds.close()

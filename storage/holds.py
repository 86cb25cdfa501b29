"""Which threads are being served by a process that lives: a lock on a file beside the database for each of them.

The operating system takes a lock away with the process that held it, so a thread that nobody holds was left behind.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class Holds:
    """The folder of the locks; it is made with the first of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def hold(self, thread_id: int) -> Iterator[bool]:
        """Hold a thread for as long as the block runs; false when another process holds it."""
        path = self._folder / str(thread_id)
        with self._opened(path) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            try:
                yield True
            finally:
                path.unlink(missing_ok=True)

    def _opened(self, path: Path) -> IO[str]:
        try:
            return path.open("w")
        except FileNotFoundError:
            self._folder.mkdir(parents=True, exist_ok=True)
            return path.open("w")

    def is_held(self, thread_id: int) -> bool:
        """Whether a process that lives serves this thread."""
        try:
            with (self._folder / str(thread_id)).open() as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

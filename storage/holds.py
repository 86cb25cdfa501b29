"""Which threads are being served by a process that lives: a lock on one byte for each, in a file beside the database.

The operating system takes a lock away with the process that held it, so a thread that nobody holds was left behind.
"""

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Linux has locks that belong to whoever opened the file; elsewhere they are the whole process's, which has one `Holds`.
OF_OPENED = getattr(fcntl, "F_OFD_SETLK", None)
# As <fcntl.h> has `struct flock` on Linux: the kind, from where, the first byte, how many, and nobody's process id.
LOCK = struct.Struct("hhqqi4x")


class Holds:
    """What is held here, and by others. The file is opened with the first look."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._held: set[int] = set()

    @contextmanager
    def hold(self, thread_id: int) -> Iterator[bool]:
        """Hold a thread for as long as the block runs; false when it is held already."""
        if thread_id in self._held or not self._lock(thread_id):
            yield False
            return
        self._held.add(thread_id)
        try:
            yield True
        finally:
            self._held.discard(thread_id)
            self._unlock(thread_id)

    def is_held(self, thread_id: int) -> bool:
        """Whether a process that lives serves this thread."""
        if thread_id in self._held:
            return True
        if not self._lock(thread_id):
            return True
        self._unlock(thread_id)
        return False

    def close(self) -> None:
        """Hold nothing any more."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _lock(self, thread_id: int) -> bool:
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _set(self._file, thread_id, fcntl.F_WRLCK)
        except (BlockingIOError, PermissionError):
            return False
        return True

    def _unlock(self, thread_id: int) -> None:
        if self._file is not None:
            _set(self._file, thread_id, fcntl.F_UNLCK)


def _set(file: int, byte: int, kind: int) -> None:
    """Raises BlockingIOError or PermissionError when somebody else has locked the byte."""
    if OF_OPENED is not None:
        fcntl.fcntl(file, OF_OPENED, LOCK.pack(kind, os.SEEK_SET, byte, 1, 0))
    else:
        fcntl.lockf(file, fcntl.LOCK_UN if kind == fcntl.F_UNLCK else fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)

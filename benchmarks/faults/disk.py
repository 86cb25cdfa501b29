"""A disk of its own for PostgreSQL, small enough to be filled: one in memory, which root alone may mount.

A server that finds no room for its log goes down, and starts anew as soon as it can; when it cannot, whoever supervises
it starts it.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from storage.database import conninfo
from tests.postgres import Server

MEGABYTES = 300
PIECE = bytes(1_000_000)


class Disk:
    """Where a server has its data, once there is one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self, server: Server) -> None:
        """Leave no room at all, not even in what the server has set aside for its log."""
        self._fill()
        with suppress(psycopg.Error), psycopg.connect(conninfo(server.url), autocommit=True) as connection:
            for _ in range(MEGABYTES):
                connection.execute("select pg_switch_wal(), txid_current()")
        self._fill()

    def free(self, server: Server) -> None:
        self._filler.unlink(missing_ok=True)
        server.revive()

    def _fill(self) -> None:
        with self._filler.open("ab", buffering=0) as filler:
            for size in (len(PIECE), 4_096, 1):
                self._fill_with(filler.fileno(), PIECE[:size])

    def _fill_with(self, number: int, piece: bytes) -> None:
        try:
            while os.write(number, piece) == len(piece):
                pass
        except OSError:
            return


@contextmanager
def small() -> Iterator[Disk | None]:
    """A disk for as long as the block runs; None where none can be mounted."""
    with TemporaryDirectory(prefix="parley-disk-") as name:
        mount, unmount = shutil.which("mount"), shutil.which("umount")
        options = ("-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=755", "tmpfs", name)
        if (
            mount is None
            or unmount is None
            or subprocess.run((mount, *options), capture_output=True, check=False).returncode
        ):
            yield None
            return
        try:
            yield Disk(Path(name))
        finally:
            subprocess.run((unmount, "--lazy", name), capture_output=True, check=False)

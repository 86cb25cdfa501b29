"""Parley's processes, forked from one that has the libraries loaded, which costs each start seconds otherwise.

They are processes like any other, with an environment, memory and connections of their own, and are signalled and
killed like any other. How `parley` starts from nothing is told in tests/bots/test_cli_run.py.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from asyncio import StreamReader, StreamReaderProtocol
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import IO, cast

from bots.cli import main

# What `parley run`, `worker`, `clock` and `playground` load.
LOADED = (
    "bots.commands.serve",
    "bots.commands.ticking",
    "bots.commands.playground",
    "bots.commands.persona",
    "bots.slack.app",
    "bots.discord.app",
    "procrastinate.schema",
)
CONTEXT = multiprocessing.get_context("forkserver")


class Forked:
    """One that was started, with what is used here of the interface of asyncio's own processes."""

    def __init__(self, process: ForkServerProcess, stdin: IO[bytes], stdout: StreamReader, log: IO[bytes]) -> None:
        self._process = process
        self._stdin = stdin
        self.stdout = stdout
        self._log = log
        self._said: tuple[bytes, bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        loop.add_reader(self._process.sentinel, ended.set)
        try:
            while (code := self.returncode) is None:
                await ended.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        return code

    async def communicate(self, given: bytes | None = None) -> tuple[bytes, bytes]:
        """Give it this as input, and return what it prints and what it logs, once it has ended."""
        if self._said is None:
            giving = asyncio.to_thread(self._give, given or b"")
            printed, _, _ = await asyncio.gather(self.stdout.read(), giving, self.wait())
            with self._log:
                self._log.seek(0)
                self._said = printed, self._log.read()
        return self._said

    def _give(self, given: bytes) -> None:
        with suppress(BrokenPipeError), self._stdin:
            self._stdin.write(given)


async def fork(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Forked:
    """Start `parley` with these arguments, in this folder and with this environment."""
    CONTEXT.set_forkserver_preload([*LOADED, __name__])
    read, stdin = CONTEXT.Pipe(duplex=False)
    stdout, printed = CONTEXT.Pipe(duplex=False)
    log = tempfile.NamedTemporaryFile()  # noqa: SIM115
    given = (tuple(arguments), str(folder), dict(environment), read, printed, Path(log.name))
    process = CONTEXT.Process(target=_live, args=given, daemon=True)
    await asyncio.to_thread(process.start)
    read.close()
    printed.close()
    reader = StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: StreamReaderProtocol(reader), _end(stdout, "rb"))
    return Forked(process, _end(stdin, "wb"), reader, cast(IO[bytes], log))


def _end(connection: Connection, mode: str) -> IO[bytes]:
    """Its end of the pipe as a file."""
    with connection:
        return cast(IO[bytes], os.fdopen(os.dup(connection.fileno()), mode, buffering=0))


def _live(
    arguments: Sequence[str],
    folder: str,
    environment: Mapping[str, str],
    read: Connection,
    printed: Connection,
    log: Path,
) -> None:
    with read, printed, log.open("ab") as logged:
        os.dup2(read.fileno(), 0)
        os.dup2(printed.fileno(), 1)
        os.dup2(logged.fileno(), 2)
    sys.stdin = os.fdopen(0, closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    tempfile.tempdir = None
    os.chdir(folder)
    sys.argv = ["parley", *arguments]
    main()

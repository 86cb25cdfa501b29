"""The file with further endpoints: a TOML table for each, by the name that people choose its models with."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec
from dotenv import dotenv_values

from core.endpoints import DEFAULT, OWN, Endpoint, EndpointKind, guessed

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the file says of one endpoint; what is not said is as its kind has it."""

    base_url: str
    kind: EndpointKind | None = None
    api_key_env: str = ""
    models: tuple[str, ...] = ()
    context_tokens: int | None = None
    answer_tokens: int | None = None
    most_tokens: int | None = None
    encoding: str = ""
    limit: Literal["max_tokens", "max_completion_tokens"] | None = None
    system_role: Literal["system", "developer", "user"] | None = None
    usage: bool | None = None
    tools: bool | None = None
    vision: bool | None = None
    hottest: float | None = None
    effort: Literal["", "reasoning_effort", "reasoning"] | None = None
    cache_key: bool | None = None
    safety_identifier: bool | None = None


CAPABILITIES = (
    "limit",
    "system_role",
    "usage",
    "tools",
    "vision",
    "hottest",
    "effort",
    "cache_key",
    "safety_identifier",
)


def read(path: Path) -> dict[str, Entry]:
    """The file's endpoints. Raises ValueError with what is wrong with it."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is no TOML: {error}") from error
    return {name: _entry(path, name, table) for name, table in tables.items()}


def _entry(path: Path, name: str, table: object) -> Entry:
    if not NAME.fullmatch(name) or name in (DEFAULT, OWN):
        raise ValueError(f"{path}: {name!r} cannot be the name of an endpoint")
    try:
        entry = msgspec.convert(table, Entry)
    except msgspec.ValidationError as error:
        raise ValueError(f"{path}, [{name}]: {error}") from error
    parts = urlsplit(entry.base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{path}, [{name}]: {entry.base_url!r} is not an address")
    if entry.api_key_env and not _secret(entry.api_key_env):
        raise ValueError(f"{path}, [{name}]: the environment has no {entry.api_key_env}")
    return entry


def endpoint(name: str, entry: Entry, context_tokens: int | None, answer_tokens: int) -> Endpoint:
    """An endpoint of the file; what it does not say of windows is as it is elsewhere."""
    said: Mapping[str, object] = {name: getattr(entry, name) for name in CAPABILITIES}
    return Endpoint(
        name=name,
        kind=entry.kind or guessed(entry.base_url),
        base_url=entry.base_url,
        key=_secret(entry.api_key_env) if entry.api_key_env else "",
        models=entry.models,
        context_tokens=entry.context_tokens or context_tokens,
        answer_tokens=entry.answer_tokens or answer_tokens,
        most_tokens=entry.most_tokens,
        encoding=entry.encoding,
        corrections={name: value for name, value in said.items() if value is not None},
    )


def _secret(variable: str) -> str:
    """The environment comes before the `.env` file, as for every setting."""
    return os.environ.get(variable) or dotenv_values(".env").get(variable) or ""

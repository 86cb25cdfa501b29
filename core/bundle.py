"""A workspace's configuration as one TOML file: what may stand in it, how it is read, and how it is written.

It never holds a key: a workspace's own endpoint is no part of it.
"""

import tomllib
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import BadBundle

HEAD = "Parley's configuration of {of}. `parley config import` reads it."
MOST_PROBLEMS = 50
SAID = {
    "extra_forbidden": "is no word of a configuration file",
    "missing": "is missing",
}


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class PersonaTable(_Table):
    """A persona, whole: what is not said has its default."""

    name: str
    instruction: str
    model: str = ""
    temperature: float | None = None
    effort: str = ""
    tools: list[str] = []
    display_name: str = ""
    icon: str = ""


class ChannelTable(_Table):
    """What a channel is set to, whole; `name` is for those who read the file."""

    id: str
    name: str = ""
    persona: str = ""
    model: str = ""
    listening: Literal["mention", "threads", "every"] = "threads"


class ManagerTable(_Table):
    """A person or a role that may change the workspace's configuration; `name` is for those who read the file."""

    kind: Literal["person", "role"]
    id: str
    name: str = ""


class CapTable(_Table):
    """The most that may be spent in a period, such as `$5`; without `id` by each channel or person."""

    reach: Literal["workspace", "channel", "person"]
    id: str = ""
    name: str = ""
    period: Literal["day", "month"]
    amount: str


class ServerTable(_Table):
    """A server of tools; its key, if it has one, is never in a file, and stays as long as the address does."""

    name: str
    url: str
    asks: Literal["always", "changes", "never"] = "changes"


class WorkspaceTable(_Table):
    """The workspace's own settings; what is not said stays as it is."""

    prompt: str | None = None
    timezone: str | None = None
    retention_days: Annotated[int, Field(ge=0, le=36_500)] | None = None
    model: str | None = None
    models: list[str] | None = None
    channel_managers: bool | None = None
    manager: list[ManagerTable] | None = None
    server: list[ServerTable] | None = None
    cap: list[CapTable] | None = None


class Bundle(_Table):
    """A configuration file."""

    workspace: WorkspaceTable = WorkspaceTable()
    persona: list[PersonaTable] = []
    channel: list[ChannelTable] = []


def read(text: str) -> Bundle:
    """The configuration that a file holds. Raises BadBundle with every problem of its form."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadBundle([f"it is no TOML: {error}"]) from error
    try:
        return Bundle.model_validate(tables)
    except ValidationError as error:
        raise BadBundle(_problem(tables, detail) for detail in error.errors()[:MOST_PROBLEMS]) from error


def _problem(tables: Mapping[str, Any], detail: Any) -> str:
    *path, last = detail["loc"]
    said = SAID.get(detail["type"]) or str(detail["msg"])[:1].lower() + str(detail["msg"])[1:]
    return f"{_where(tables, path)}{last if isinstance(last, str) else f'entry {last + 1}'} {_verb(said)}{said}"


def _verb(said: str) -> str:
    return "" if said.startswith("is ") else "is not right: "


def _where(tables: Any, path: list[Any]) -> str:
    """Such as `persona 'Pirate': `, from the path of keys and numbers to a table."""
    words: list[str] = []
    for step in path:
        tables = tables[step] if isinstance(tables, list) or step in tables else {}
        if isinstance(step, int):
            words.append(repr(name) if isinstance(name := _name(tables), str) and name else str(step + 1))
        else:
            words.append(step)
    return f"{' '.join(words)}: " if words else ""


def _name(table: Any) -> Any:
    return table.get("name") or table.get("id") if isinstance(table, dict) else None


def written(bundle: Bundle, of: str) -> str:
    """The file, as people would write it: only what is set, and long texts over several lines."""
    document = tomlkit.document()
    document.add(tomlkit.comment(HEAD.format(of=" ".join(of.split()))))
    for key, value in _filled(bundle):
        document.add(key, _item(value))
    return tomlkit.dumps(document)


def _filled(table: _Table) -> Iterable[tuple[str, Any]]:
    """What a table says beyond its defaults, simple values before tables, as TOML needs it."""
    fields = type(table).model_fields
    said = [(name, getattr(table, name)) for name in fields]
    said = [(name, value) for name, value in said if fields[name].is_required() or value != fields[name].default]
    return sorted(said, key=lambda entry: _is_table(entry[1]))


def _is_table(value: Any) -> bool:
    return isinstance(value, _Table) or (isinstance(value, list) and any(isinstance(one, _Table) for one in value))


def _item(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, _Table):
        table = tomlkit.table()
        for key, inner in _filled(value):
            table.add(key, _item(inner))
        return table
    if _is_table(value):
        tables = tomlkit.aot()
        for one in value:
            tables.append(_item(one))
        return tables
    return tomlkit.item(value)


def _text(text: str) -> Any:
    """A string over several lines has its first line below the quotes, and is kept to the letter."""
    if "\n" not in text:
        return tomlkit.string(text)
    inner = tomlkit.string(f"\n{text}", multiline=True).as_string().removeprefix('"""\n').replace("\r", "\\r")
    return tomlkit.value(f'"""{inner}')

"""A workspace's configuration as one TOML file: what may stand in it, how it is read, and how it is written.

It never holds a key: a workspace's own endpoint is no part of it.
"""

import tomllib
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import BadBundle

HEAD = "Parley's configuration of {of}. `parley config import` reads it."
MOST_PROBLEMS = 50
# An id that the file does not tell.
UNTOLD = "(none)"
STAND_INS = {
    "name": "{}",
    "instruction": "-",
    "id": UNTOLD,
    "kind": "person",
    "reach": "person",
    "period": "day",
    "amount": "$1",
    "url": "https://example.com",
}
_GONE = object()
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


class ListedTable(_Table):
    """A channel, a role or a person that is allowed or denied; `name` is for those who read the file."""

    kind: Literal["channel", "role", "person"]
    id: str
    name: str = ""


class AccessTable(_Table):
    """Who may use Parley, whole: what is not said has its default."""

    direct: bool = True
    words: list[str] = []
    allow: list[ListedTable] = []
    deny: list[ListedTable] = []


class WorkspaceTable(_Table):
    """The workspace's own settings; what is not said stays as it is."""

    prompt: str | None = None
    timezone: str | None = None
    summaries: Literal["on", "off", "default"] | None = None
    retention_days: Annotated[int, Field(ge=0, le=36_500)] | None = None
    model: str | None = None
    models: list[str] | None = None
    channel_managers: bool | None = None
    manager: list[ManagerTable] | None = None
    server: list[ServerTable] | None = None
    cap: list[CapTable] | None = None
    access: AccessTable | None = None


class Bundle(_Table):
    """A configuration file."""

    workspace: WorkspaceTable = WorkspaceTable()
    persona: list[PersonaTable] = []
    channel: list[ChannelTable] = []


def read(text: str) -> Bundle:
    """The configuration that a file holds. Raises BadBundle with every problem of its form."""
    found, problems = understood(text)
    if problems:
        raise BadBundle(problems)
    return found


def understood(text: str) -> tuple[Bundle, list[str]]:
    """What a file holds, as far as it can be told, and every problem of its form. Raises BadBundle for what is no TOML.

    What cannot stand where it does is left out, and what is missing stands as `STAND_INS` has it, so that what is wrong
    with the texts of the file can be told together with what is wrong with its form.
    """
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadBundle([f"it is no TOML: {error}"]) from error
    try:
        return Bundle.model_validate(tables), []
    except ValidationError as error:
        details = error.errors()
    problems = [_problem(tables, detail) for detail in details[:MOST_PROBLEMS]]
    try:
        return Bundle.model_validate(_mended(tables, details)), problems
    except ValidationError:
        return Bundle(), problems


def _mended(tables: dict[str, Any], details: Iterable[Any]) -> Any:
    """The tables with everything out of the way that is wrong with their form."""
    for detail in details:
        *path, last = detail["loc"]
        table: Any = tables
        for step in path:
            table = table[step]
        number = next((step for step in reversed(path) if isinstance(step, int)), 0)
        stand_in = STAND_INS.get(last, _GONE) if detail["type"] != "extra_forbidden" else _GONE
        table[last] = stand_in.format(number + 1) if isinstance(stand_in, str) else stand_in
    return _without_gone(tables)


def _without_gone(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_gone(inner) for key, inner in value.items() if inner is not _GONE}
    if isinstance(value, list):
        return [_without_gone(inner) for inner in value if inner is not _GONE]
    return value


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
    # Loading the library takes 5 MB, which a process that writes no such file does not need.
    from core import bundle_writing

    return bundle_writing.written(bundle, HEAD.format(of=" ".join(of.split())))

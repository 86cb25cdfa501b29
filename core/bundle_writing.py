"""Writes a configuration file as people would: only what is set, and long texts over several lines."""

from collections.abc import Iterable
from typing import Any

import tomlkit
from pydantic import BaseModel


def written(bundle: BaseModel, head: str) -> str:
    """The file, below a line that says what it is."""
    document = tomlkit.document()
    document.add(tomlkit.comment(head))
    for key, value in _filled(bundle):
        document.add(key, _item(value))
    return tomlkit.dumps(document)


def _filled(table: BaseModel) -> Iterable[tuple[str, Any]]:
    """What a table says beyond its defaults, simple values before tables, as TOML needs it."""
    fields = type(table).model_fields
    said = [(name, getattr(table, name)) for name in fields]
    said = [(name, value) for name, value in said if fields[name].is_required() or value != fields[name].default]
    return sorted(said, key=lambda entry: _is_table(entry[1]))


def _is_table(value: Any) -> bool:
    return isinstance(value, BaseModel) or (
        isinstance(value, list) and any(isinstance(one, BaseModel) for one in value)
    )


def _item(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, BaseModel):
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

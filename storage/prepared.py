"""Statements of the hot path: compiled once and, on SQLite, given to the driver at once.

One thread does all work on an SQLite file, and handing over a small statement by way of a session costs ten times what
SQLite takes to run it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Dialect, Select, UpdateBase
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import Session

SQLITE = "sqlite"

Row = Sequence[Any]
Process = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Form:
    """A statement as the driver takes it. `binds` are its parameters in their order, each with how it is stored, and
    `defaults` what is taken for those that are not given; `reads` are the columns that are not read as they are stored.
    """

    text: str
    binds: tuple[tuple[str, Process | None], ...]
    defaults: Mapping[str, Callable[[], Any]]
    reads: tuple[tuple[int, Process], ...]

    def bound(self, given: Mapping[str, Any]) -> list[Any]:
        """The parameters for the driver."""
        if self.defaults:
            given = {**{name: make() for name, make in self.defaults.items() if name not in given}, **given}
        return [given[name] if store is None else store(given[name]) for name, store in self.binds]

    def read(self, row: Row) -> Row:
        """A row of the driver's as SQLAlchemy would give it."""
        values = list(row)
        for place, process in self.reads:
            values[place] = process(values[place])
        return values


class Prepared:
    """A statement on plain columns whose values are all bound by name. What a session has pending is not flushed."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | UpdateBase) -> None:
        self.names = tuple(str(column.key) for column in statement.exported_columns)
        self._statement = statement
        self._form: Form | None = None

    def all(self, session: Session, given: Mapping[str, Any]) -> Sequence[Row]:
        """Run it in the session's transaction; every row that it gives."""
        connection = session.connection()
        if connection.dialect.name != SQLITE:
            result = connection.execute(self._statement, given)
            return result.all() if result.returns_rows else ()
        form = self._form = self._form or _form(self._statement, connection.dialect)
        driver: Any = connection.connection.driver_connection
        found: list[Row] = driver.execute(form.text, form.bound(given)).fetchall()
        return [form.read(row) for row in found] if form.reads else found

    def each(self, session: Session, many: Sequence[Mapping[str, Any]]) -> None:
        """As `all`, once for each of many, in their order; it gives no rows."""
        connection = session.connection()
        if connection.dialect.name != SQLITE:
            connection.execute(self._statement, many)
            return
        form = self._form = self._form or _form(self._statement, connection.dialect)
        driver: Any = connection.connection.driver_connection
        driver.executemany(form.text, [form.bound(given) for given in many])

    def first(self, session: Session, given: Mapping[str, Any]) -> Row | None:
        """As `all`: the first row, if there is one."""
        found = self.all(session, given)
        return found[0] if found else None

    def value(self, session: Session, given: Mapping[str, Any]) -> Any:
        """As `all`: the first value of the first row, if there is one."""
        found = self.all(session, given)
        return found[0][0] if found else None


def _form(statement: Select[*tuple[Any, ...]] | UpdateBase, dialect: Dialect) -> Form:
    compiled = statement.compile(dialect=dialect)
    if not isinstance(compiled, SQLCompiler) or compiled.positiontup is None:
        raise TypeError(f"{dialect.name} does not number its parameters")
    binds = [(name, compiled.binds[name]) for name in dict.fromkeys(compiled.positiontup)]
    stores = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in binds}
    fixed = {name: partial(_same, bind.value) for name, bind in binds if not bind.required}
    made = {str(column.key): partial(_made, column.default) for column in compiled.insert_prefetch}
    reads = enumerate(column.type.dialect_impl(dialect) for column in statement.exported_columns)
    return Form(
        str(compiled),
        tuple((name, stores[name]) for name in compiled.positiontup),
        fixed | made,
        tuple((place, read) for place, kind in reads if (read := kind.result_processor(dialect, None)) is not None),
    )


def _same(value: Any) -> Any:
    return value


def _made(default: Any) -> Any:
    """What a column holds that nothing is said of."""
    return default.arg(None) if default.is_callable else default.arg

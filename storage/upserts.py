"""Rows that are put in unless they are there: each kind of database has a statement of its own for that.

Only the libraries of the kind that is used are loaded.
"""

from importlib import import_module
from typing import Any

from sqlalchemy import Table


def insert(dialect: str, table: Table) -> Any:
    """An INSERT into the table that can be told what is to be done where a row is there already."""
    return import_module(f"sqlalchemy.dialects.{dialect}").insert(table)

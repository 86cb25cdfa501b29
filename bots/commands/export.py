"""`parley export`: what is kept of a workspace or a person, as JSON lines."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from bots.commands.failures import Refused
from bots.commands.words import STANDARD_INPUT
from bots.commands.workspace import Desk, desk, workspace_option
from core.people import WorkspaceRef

EPILOG = """\b
Examples:
  parley export > bakery.jsonl
  parley export U012AB3CD --file ann.jsonl
"""


@click.command("export", epilog=EPILOG)
@click.argument("person", metavar="[PERSON]", default="")
@click.option(
    "-f", "--file", "path", metavar="FILE", default="-", help="Write to a new file; - is stdout, the default."
)
@workspace_option
def command(person: str, path: str, workspace: WorkspaceRef | None) -> None:
    """Write what is kept of a workspace, or of one person in it, as JSON lines.

    PERSON is the platform's own id. Each line is one thing, with its kind. No key and no token is among it. How far it
    is comes on stderr.
    """

    async def work() -> None:
        async with desk(workspace) as found:
            with _opened(path) as out:
                await _write(found, person.strip(), out)

    asyncio.run(work())


async def _write(found: Desk, person: str, out: TextIO) -> None:
    export = found.export
    whose = await export.whose(found.by, person)
    total = await export.count(whose)
    with click.progressbar(length=total, label=f"{total} rows", file=sys.stderr) as bar:
        async for row in export.rows(whose):
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            bar.update(1)


@contextmanager
def _opened(path: str) -> Iterator[TextIO]:
    """A new file that nobody else can read. Raises Refused."""
    if path == STANDARD_INPUT:
        yield sys.stdout
        return
    try:
        handle = os.open(Path(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Refused(f"{path!r} cannot be written: {error.strerror}.") from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        yield file

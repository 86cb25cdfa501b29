"""`parley why`: all that an answer was made from."""

import asyncio
import re

import click

from bots.commands import shown
from bots.commands.database import opened
from bots.commands.failures import Refused
from bots.commands.workspace import json_option
from core import logs, settings, texts, why
from core.configurations import Configurations
from core.inspection import Inspection
from core.people import WorkspaceRef, operator
from storage import records

EPILOG = """\b
Examples:
  parley why 12                  answer 12, as /why and the log name it
  parley why r12 --version 1     its first version, before somebody pressed Regenerate
  parley why 12 --json
"""
REPLY = re.compile(r"[rR]?([0-9]{1,18})")


def _number(_context: click.Context, _parameter: click.Parameter, given: str) -> int:
    found = REPLY.fullmatch(given.strip())
    if found is None:
        raise click.BadParameter(f"{given!r} names no answer: write its number, such as 12 or r12.")
    return int(found[1])


@click.command("why", epilog=EPILOG)
@click.argument("reply", metavar="REPLY", callback=_number)
@click.option("--version", type=click.IntRange(1), metavar="NUMBER", help="An earlier version of the answer.")
@json_option
def command(reply: int, version: int | None, as_json: bool) -> None:
    """Show what an answer was made from.

    The layers of the prompt and who made them so, the messages that the model was given, what was left out and why, the
    model, times, tokens and cost. Messages that were deleted since are not kept anywhere.
    """
    found = asyncio.run(_why(reply, version))
    click.echo(shown.as_json(why.plain(found)) if as_json else why.render(found))


async def _why(reply_id: int, version: int | None) -> why.Why:
    loaded = settings.load()
    logs.set_up(loaded)
    async with opened(loaded.database_url) as database:
        asked = await database.run(records.asked, reply_id)
        if asked is None:
            raise Refused(texts.NO_SUCH_ANSWER)
        by = operator(WorkspaceRef(asked.platform, asked.workspace_id))
        inspection = Inspection(database, Configurations(database), loaded.house_rules)
        return await inspection.why(reply_id, by, version=version)

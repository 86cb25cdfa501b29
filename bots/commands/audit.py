"""`parley audit`: who changed what in a workspace."""

import asyncio

import click

from bots.commands import shown
from bots.commands.workspace import desk, json_option, most_option, workspace_option
from core.people import WorkspaceRef

EPILOG = """\b
Examples:
  parley audit
  parley audit --subject Pirate
  parley audit --json --before 120       what came before change 120
"""


@click.command("audit", epilog=EPILOG)
@click.option("--subject", default="", metavar="NAME", help="Only what was changed of this persona or channel.")
@click.option("--before", type=click.IntRange(1), metavar="CHANGE", help="Only changes older than this one.")
@most_option
@workspace_option
@json_option
def command(subject: str, before: int | None, most: int, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """List who changed what, newest first.

    With --json, everything that was before and after each change. Keys are never in it.
    """

    async def work() -> None:
        async with desk(workspace) as found:
            changes = await found.of_workspace.audit(found.by, subject=subject, before_id=before, most=most)
        click.echo(shown.as_json([shown.change(one) for one in changes]) if as_json else shown.changes(changes))

    asyncio.run(work())

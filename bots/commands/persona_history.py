"""`parley persona history` and `restore`: what a persona was, who made it so, and the way back."""

import asyncio

import click

from bots.commands import shown
from bots.commands.deeds import do
from bots.commands.workspace import desk, json_option, most_option, workspace_option
from core import wording
from core.people import WorkspaceRef


@click.command()
@click.argument("name")
@most_option
@workspace_option
@json_option
def history(name: str, most: int, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """List a persona's changes, newest first; also a deleted one's.

    With --json, everything that was before and after each.
    """

    async def work() -> None:
        async with desk(workspace) as found:
            changes = await found.personas.history(found.by, wording.clean(name), most=most)
        click.echo(shown.as_json([shown.change(one) for one in changes]) if as_json else shown.changes(changes))

    asyncio.run(work())


@click.command()
@click.argument("name")
@click.argument("change", type=click.IntRange(1))
@workspace_option
@json_option
def restore(name: str, change: int, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Make a persona again what it was after a change, by its number in the history.

    The number of the deletion brings a deleted one back.
    """
    do(workspace, as_json, lambda found: found.personas.restore(found.by, wording.clean(name), change))

"""`parley summaries`: whether a summary takes the place of older messages that have no room."""

import asyncio

import click

from bots.commands import shown
from bots.commands.workspace import desk, json_option, workspace_option
from core import fields
from core.people import WorkspaceRef

EPILOG = """\b
Examples:
  parley summaries                   whether there are any in the workspace
  parley summaries on
  parley summaries default           as PARLEY_SUMMARIES says
"""


@click.command("summaries", epilog=EPILOG)
@click.argument("choice", required=False, type=click.Choice(fields.SUMMARIES))
@workspace_option
@json_option
def command(choice: str | None, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Show or set whether a summary takes the place of older messages that have no room.

    The model that answers writes it, which counts in the usage of the workspace.
    """

    async def work() -> None:
        async with desk(workspace, may_be_new=choice is not None) as found:
            if choice is not None:
                shown.tell(await found.of_workspace.set_summaries(found.by, choice), as_json)
                return
            said = await found.of_workspace.summaries(found.workspace)
            chosen = (await found.of_workspace.configuration(found.workspace)).summaries or "default"
        click.echo(shown.as_json({"summaries": chosen}) if as_json else said)

    asyncio.run(work())

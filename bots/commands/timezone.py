"""`parley timezone`: the time zone of the dates and times that the model is told."""

import asyncio

import click

from bots.commands import shown
from bots.commands.workspace import desk, json_option, workspace_option
from core.people import WorkspaceRef

EPILOG = """\b
Examples:
  parley timezone                    the workspace's time zone
  parley timezone Europe/Brussels
"""


@click.command("timezone", epilog=EPILOG)
@click.argument("zone", required=False)
@workspace_option
@json_option
def command(zone: str | None, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Show or set the time zone of what the model is told.

    Zones are named as in the IANA database, such as Europe/Brussels.
    """

    async def work() -> None:
        async with desk(workspace, may_be_new=zone is not None) as found:
            if zone is not None:
                shown.tell(await found.of_workspace.set_timezone(found.by, zone), as_json)
                return
            present = (await found.of_workspace.configuration(found.workspace)).timezone
        click.echo(shown.as_json({"timezone": present}) if as_json else present)

    asyncio.run(work())

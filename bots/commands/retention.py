"""`parley retention`: after how many days what was said is deleted."""

import click

from bots.commands.deeds import do
from bots.commands.workspace import Desk, json_option, workspace_option
from core.people import WorkspaceRef
from core.privacy import days_of

EPILOG = """\b
Examples:
  parley retention             how long what was said is kept
  parley retention 90          delete it after 90 days
  parley retention off         keep it until it is deleted
"""


@click.command("retention", epilog=EPILOG)
@click.argument("days", metavar="[DAYS|off]", default="")
@workspace_option
@json_option
def command(days: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Show or set after how many days what was said is deleted.

    It is deleted by the running service, within an hour.
    """

    async def deed(found: Desk) -> str:
        if days:
            return await found.privacy.set_retention(found.by, days_of(days))
        return await found.privacy.retention(found.by)

    do(workspace, as_json, deed, may_be_new=bool(days))

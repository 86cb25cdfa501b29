"""`parley listen`: what a channel listens to, on the database directly."""

import click

from bots.commands.deeds import do
from bots.commands.workspace import Desk, channel_option, json_option, workspace_option
from core.people import WorkspaceRef
from storage.words import Listening

EPILOG = """\b
Examples:
  parley listen --channel '#general'            what Parley answers to there
  parley listen mention --channel '#general'    only what mentions it
  parley listen threads --channel '#general'    and what is said in threads that it takes part in (the default)
  parley listen every --channel '#support'      every message
"""


@click.command("listen", epilog=EPILOG)
@click.argument("listening", required=False, type=click.Choice([each.value for each in Listening]))
@channel_option
@workspace_option
@json_option
def command(listening: str | None, channel: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Set what Parley answers to in a channel.

    Without an argument, print it. Running services follow a change from the next message on.
    """

    async def deed(found: Desk) -> str:
        place = await found.place(channel)
        if listening is None:
            return await found.personas.listening(place)
        return await found.personas.listen(found.by, place, Listening(listening))

    do(workspace, as_json, deed)

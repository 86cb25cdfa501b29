"""`parley persona assign` and `clear`: which persona a channel speaks with."""

import click

from bots.commands.deeds import do
from bots.commands.workspace import Desk, channel_option, json_option, workspace_option
from core import wording
from core.people import WorkspaceRef


@click.command()
@click.argument("name")
@channel_option
@workspace_option
@json_option
def assign(name: str, channel: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Let a channel speak with a persona."""

    async def deed(found: Desk) -> str:
        return await found.personas.assign(found.by, await found.place(channel), wording.clean(name))

    do(workspace, as_json, deed)


@click.command()
@channel_option
@workspace_option
@json_option
def clear(channel: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Let a channel speak without a persona."""

    async def deed(found: Desk) -> str:
        return await found.personas.clear(found.by, await found.place(channel))

    do(workspace, as_json, deed)

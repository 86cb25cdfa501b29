"""`parley persona assign` and `clear`: which persona a channel speaks with."""

import asyncio

import click

from bots.commands import shown
from bots.commands.workspace import channel_option, desk, json_option, workspace_option
from core import wording
from core.personas import WorkspaceRef


@click.command()
@click.argument("name")
@channel_option
@workspace_option
@json_option
def assign(name: str, channel: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Let a channel speak with a persona."""

    async def work() -> None:
        async with desk(workspace) as found:
            place = await found.place(channel)
            shown.tell(await found.personas.assign(found.by, place, wording.clean(name)), as_json)

    asyncio.run(work())


@click.command()
@channel_option
@workspace_option
@json_option
def clear(channel: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Let a channel speak without a persona."""

    async def work() -> None:
        async with desk(workspace) as found:
            shown.tell(await found.personas.clear(found.by, await found.place(channel)), as_json)

    asyncio.run(work())

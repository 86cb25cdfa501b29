"""`parley persona`: personas on the database directly; running services use them from the next message on."""

import asyncio
import json
from typing import Any

import click

from bots.commands import words
from bots.commands.workspace import channel_option, desk, json_option, workspace_option
from core import wording
from core.personas import WorkspaceRef, listing
from storage.personas import Assigned

EPILOG = """\b
Examples:
  parley persona create Pirate "Answer like a pirate, in two sentences."
  parley persona create Support --file support.md
  parley persona assign Pirate --channel '#random'
  parley persona list --json
"""


@click.group("persona", epilog=EPILOG)
def command() -> None:
    """Make personas and give them to channels.

    A persona is a named instruction of a workspace. A channel has at most one. Running services follow every change
    from the next message on.
    """


@command.command("list")
@workspace_option
@json_option
def list_(workspace: WorkspaceRef | None, as_json: bool) -> None:
    """List the workspace's personas and where they speak."""

    async def work() -> None:
        async with desk(workspace) as found:
            personas = await found.personas.listed(found.workspace)
        click.echo(_json([_plain(one) for one in personas]) if as_json else listing(personas))

    asyncio.run(work())


@command.command()
@click.argument("name")
@workspace_option
@json_option
def show(name: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Print what a persona is told."""

    async def work() -> None:
        async with desk(workspace) as found:
            persona = await found.personas.find(found.workspace, wording.clean(name))
            listed = await found.personas.listed(found.workspace)
        one = next(one for one in listed if one.persona.id == persona.id)
        click.echo(_json(_plain(one)) if as_json else persona.instruction)

    asyncio.run(work())


@command.command()
@click.argument("name")
@words.text_argument("INSTRUCTION")
@workspace_option
def create(name: str, text: str | None, path: str | None, workspace: WorkspaceRef | None) -> None:
    """Make a persona."""
    instruction = words.given(text, path)

    async def work() -> None:
        async with desk(workspace, may_be_new=True) as found:
            click.echo(await found.personas.create(found.workspace, name, instruction))

    asyncio.run(work())


@command.command()
@click.argument("name")
@words.text_argument("INSTRUCTION")
@workspace_option
def edit(name: str, text: str | None, path: str | None, workspace: WorkspaceRef | None) -> None:
    """Give a persona a new instruction."""
    instruction = words.given(text, path)

    async def work() -> None:
        async with desk(workspace) as found:
            click.echo(await found.personas.edit(found.workspace, wording.clean(name), instruction))

    asyncio.run(work())


@command.command()
@click.argument("name")
@channel_option
@workspace_option
def assign(name: str, channel: str, workspace: WorkspaceRef | None) -> None:
    """Let a channel speak with a persona."""

    async def work() -> None:
        async with desk(workspace) as found:
            click.echo(await found.personas.assign(await found.place(channel), wording.clean(name)))

    asyncio.run(work())


@command.command()
@channel_option
@workspace_option
def clear(channel: str, workspace: WorkspaceRef | None) -> None:
    """Let a channel speak without a persona."""

    async def work() -> None:
        async with desk(workspace) as found:
            click.echo(await found.personas.clear(await found.place(channel)))

    asyncio.run(work())


@command.command()
@click.argument("name")
@workspace_option
def delete(name: str, workspace: WorkspaceRef | None) -> None:
    """Delete a persona; its channels speak without one."""

    async def work() -> None:
        async with desk(workspace) as found:
            click.echo(await found.personas.delete(found.workspace, wording.clean(name)))

    asyncio.run(work())


def _plain(one: Assigned) -> dict[str, Any]:
    persona = one.persona
    return {
        "name": persona.name,
        "instruction": persona.instruction,
        "channels": list(one.channels),
        "changed_at": persona.changed_at.isoformat(),
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)

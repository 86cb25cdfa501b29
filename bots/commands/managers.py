"""`parley managers`: who may change a workspace's prompt and personas beside its admins."""

import asyncio
from dataclasses import asdict

import click

from bots.commands import shown
from bots.commands.deeds import do
from bots.commands.workspace import desk, json_option, workspace_option
from core.people import WorkspaceRef
from storage.configurations import Configuration

EPILOG = """\b
Examples:
  parley managers
  parley managers add person U012AB3CD --name Ann
  parley managers add role 419230000000000000 --name Editors
  parley managers remove person U012AB3CD
  parley managers channels off
"""
KINDS = click.Choice(["person", "role"])


@click.group("managers", epilog=EPILOG, invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Say who may change the prompt and personas beside admins.

    Without a command, they are listed.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_, workspace=None, as_json=False)


@command.command("list")
@workspace_option
@json_option
def list_(workspace: WorkspaceRef | None, as_json: bool) -> None:
    """List them, and whether those who manage a channel may choose its persona."""

    async def work() -> None:
        async with desk(workspace) as found:
            configuration = await found.of_workspace.configuration(found.workspace)
        click.echo(shown.as_json(_plain(configuration)) if as_json else _told(configuration))

    asyncio.run(work())


@command.command()
@click.argument("kind", type=KINDS)
@click.argument("id_", metavar="ID")
@click.option("--name", default="", help="What people call them; for lists only.")
@workspace_option
@json_option
def add(kind: str, id_: str, name: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Let a person, or everybody with a role, change the prompt and the personas.

    ID is the platform's own. Roles are Discord's; on Slack, a role is a user group.
    """
    do(workspace, as_json, lambda found: found.of_workspace.add_manager(found.by, kind, id_, name), may_be_new=True)


@command.command()
@click.argument("kind", type=KINDS)
@click.argument("id_", metavar="ID")
@workspace_option
@json_option
def remove(kind: str, id_: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Let them no longer; this holds at once."""
    do(workspace, as_json, lambda found: found.of_workspace.remove_manager(found.by, kind, id_))


@command.command()
@click.argument("switch", type=click.Choice(["on", "off"]))
@workspace_option
@json_option
def channels(switch: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Say whether those who manage a channel may choose its persona and model."""
    do(
        workspace,
        as_json,
        lambda found: found.of_workspace.set_channel_managers(found.by, on=switch == "on"),
        may_be_new=True,
    )


def _plain(configuration: Configuration) -> dict[str, object]:
    return {
        "managers": [asdict(manager) for manager in configuration.managers],
        "channel_managers": configuration.channel_managers,
    }


def _told(configuration: Configuration) -> str:
    named = [f"• {manager.kind} {manager.id}  {manager.name}".rstrip() for manager in configuration.managers]
    may = "may" if configuration.channel_managers else "may not"
    lines = named or ["Nobody is named beside the admins."]
    return "\n".join([*lines, f"People who manage a channel {may} choose its persona and its model."])

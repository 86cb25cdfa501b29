"""`parley access`: who may use Parley in a workspace, and which words no answer may have."""

import asyncio

import click
import msgspec

from bots.commands import shown
from bots.commands.deeds import do
from bots.commands.workspace import desk, json_option, workspace_option
from core.access import KINDS, told
from core.people import WorkspaceRef

EPILOG = """\b
Examples:
  parley access
  parley access allow role S0614TZR7 --name @support
  parley access deny channel C024BE91L
  parley access lift person U012AB3CD
  parley access direct off
  parley access words "blue moon" secret
"""
KIND = click.Choice(KINDS)


@click.group("access", epilog=EPILOG, invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Say who may use Parley, and which words are blocked.

    Without a command, what is set is listed.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_, workspace=None, as_json=False)


@command.command("list")
@workspace_option
@json_option
def list_(workspace: WorkspaceRef | None, as_json: bool) -> None:
    """List who is allowed and denied, and what is blocked."""

    async def work() -> None:
        async with desk(workspace) as found:
            rules = await found.access.shown(found.by)
        click.echo(shown.as_json(msgspec.to_builtins(rules)) if as_json else told(rules))

    asyncio.run(work())


@command.command()
@click.argument("kind", type=KIND)
@click.argument("id_", metavar="ID")
@click.option("--name", default="", help="What people call it; for lists only.")
@workspace_option
@json_option
def allow(kind: str, id_: str, name: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Let a channel, a role or a person use Parley, and nobody who is not allowed.

    Channels are told apart from people and roles: who may use Parley may do so in each channel where it may be used.
    """
    do(workspace, as_json, lambda found: found.access.allow(found.by, kind, id_, name), may_be_new=True)


@command.command()
@click.argument("kind", type=KIND)
@click.argument("id_", metavar="ID")
@click.option("--name", default="", help="What people call it; for lists only.")
@workspace_option
@json_option
def deny(kind: str, id_: str, name: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Let a channel, a role or a person not use Parley, whatever else is allowed."""
    do(workspace, as_json, lambda found: found.access.deny(found.by, kind, id_, name), may_be_new=True)


@command.command()
@click.argument("kind", type=KIND)
@click.argument("id_", metavar="ID")
@workspace_option
@json_option
def lift(kind: str, id_: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Take back that somebody was allowed or denied."""
    do(workspace, as_json, lambda found: found.access.lift(found.by, kind, id_), may_be_new=True)


@command.command()
@click.argument("switch", type=click.Choice(["on", "off"]))
@workspace_option
@json_option
def direct(switch: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Say whether direct messages are answered."""
    do(workspace, as_json, lambda found: found.access.set_direct(found.by, on=switch == "on"), may_be_new=True)


@command.command()
@click.argument("words_", metavar="[WORD]...", nargs=-1)
@workspace_option
@json_option
def words(words_: tuple[str, ...], workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Say which words neither a question nor an answer may have; without any, none is blocked."""
    do(workspace, as_json, lambda found: found.access.set_words(found.by, words_), may_be_new=True)

"""`parley cap`: what may be spent in a workspace, its channels, and by its people."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import click

from bots.commands import shown
from bots.commands.deeds import do
from bots.commands.workspace import Desk, desk, json_option, workspace_option
from core import caps
from core.people import WorkspaceRef
from storage.caps import Cap
from storage.words import Period, Reach, Unit

F = TypeVar("F", bound=Callable[..., Any])

EPILOG = """\b
Examples:
  parley cap                                         what may be spent
  parley cap set workspace month '$50'
  parley cap set person day '20000 tokens'           by each person
  parley cap set person day '$5' --person U0123ABC   by this one, in place of that
  parley cap set channel month '$10' --channel '#dev'
  parley cap clear person day
"""


@click.group("cap", epilog=EPILOG, invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Limit what may be spent.

    A limit holds for the workspace, for each channel or each person, or for one of them; in a day or a month of the
    workspace's time zone; in dollars or in tokens. Without a command, the limits are listed.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_, workspace=None, as_json=False)


def named(function: F) -> F:
    """What a cap holds for, as arguments."""
    for decorate in (
        click.option("--person", metavar="ID", default="", help="One person, by their id on the platform."),
        click.option("--channel", metavar="ID|#NAME", default="", help="One channel, by its id or its name."),
    ):
        function = decorate(function)
    return function


@command.command("list")
@workspace_option
@json_option
def list_(workspace: WorkspaceRef | None, as_json: bool) -> None:
    """List what may be spent."""

    async def work() -> None:
        async with desk(workspace) as found:
            listed = await found.caps.listed(found.by)
            general = found.caps.general
        if as_json:
            click.echo(shown.as_json([caps.table_of(cap).model_dump() for cap in listed]))
            return
        click.echo(caps.listing(listed))
        if general:
            click.echo(f"In every workspace:\n{caps.listing(general)}")

    asyncio.run(work())


@command.command("set")
@click.argument("reach", type=click.Choice([reach.value for reach in Reach]))
@click.argument("period", type=click.Choice([period.value for period in Period]))
@click.argument("amount")
@named
@workspace_option
@json_option
def set_(
    reach: str, period: str, amount: str, channel: str, person: str, workspace: WorkspaceRef | None, as_json: bool
) -> None:
    """Set what may be spent at most.

    AMOUNT is in dollars or in tokens, such as '$5' or '20000 tokens'.
    """
    given = caps.amount(amount)
    cap = Cap(reach=Reach(reach), period=Period(period), unit=given.unit, amount=given.count)

    async def deed(found: Desk) -> str:
        return await found.caps.put(found.by, await _of(found, cap, channel, person))

    do(workspace, as_json, deed, may_be_new=True)


@command.command()
@click.argument("reach", type=click.Choice([reach.value for reach in Reach]))
@click.argument("period", type=click.Choice([period.value for period in Period]))
@click.option("--tokens", is_flag=True, help="The limit in tokens, and not the one in dollars.")
@named
@workspace_option
@json_option
def clear(
    reach: str,
    period: str,
    tokens: bool,
    channel: str,
    person: str,
    workspace: WorkspaceRef | None,
    as_json: bool,
) -> None:
    """Take a limit back."""
    unit = Unit.TOKENS if tokens else Unit.USD
    cap = Cap(reach=Reach(reach), period=Period(period), unit=unit, amount=0)

    async def deed(found: Desk) -> str:
        return await found.caps.remove(found.by, await _of(found, cap, channel, person))

    do(workspace, as_json, deed)


async def _of(found: Desk, cap: Cap, channel: str, person: str) -> Cap:
    """The cap with the channel or person that was named."""
    if (channel and cap.reach is not Reach.CHANNEL) or (person and cap.reach is not Reach.PERSON):
        raise click.UsageError("Name a channel for the reach `channel`, and a person for `person`.")
    if channel:
        place = await found.place(channel)
        return replace(cap, subject=place.channel_id, name=f"#{place.channel_name}" if place.channel_name else "")
    return replace(cap, subject=person.strip())

"""`parley schedule`: what is answered by itself, and when."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import click

from bots.commands import shown
from bots.commands.deeds import do
from bots.commands.workspace import Desk, channel_option, desk, json_option, workspace_option
from core.configurations import Configurations
from core.people import Person, WorkspaceRef
from core.schedules import Preview, Schedules, listing
from storage.firings import Fired
from storage.schedules import Scheduled

EPILOG = """\b
Examples:
  parley schedule preview "every weekday 09:00"
  parley schedule add "every weekday 09:00" "What is new in our field?" --channel "#general"
  parley schedule list
  parley schedule run-now 1
  parley schedule pause 1

Times are by the workspace's time zone: see `parley timezone`.
"""

Deed = Callable[[Schedules, Person, int], Awaitable[str]]


@click.group("schedule", epilog=EPILOG, invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Have something answered by itself at certain times.

    Each answer begins a thread in its channel. `parley run` (on PostgreSQL `parley clock`, too) keeps the time. Without
    a command, the schedules are listed.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_, workspace=None, as_json=False)


@command.command("list")
@workspace_option
@json_option
def list_(workspace: WorkspaceRef | None, as_json: bool) -> None:
    """List the schedules of the workspace, with when each is due next."""

    async def work() -> None:
        async with desk(workspace) as found:
            listed = await schedules_of(found).listed(found.by)
        click.echo(shown.as_json([plain(one) for one in listed]) if as_json else listing(listed))

    asyncio.run(work())


@command.command()
@click.argument("when")
@click.argument("prompt")
@channel_option
@workspace_option
@json_option
def add(when: str, prompt: str, channel: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Have PROMPT answered in a channel at these times.

    WHEN is “every weekday 09:00”, “every Monday and Thursday at 9”, “on the 1st at 10:00”, “every 2 hours”,
    “tomorrow 9:00”, “in 2 hours” and the like, or five cron fields.
    """

    async def deed(found: Desk) -> str:
        return await schedules_of(found).add(found.by, await found.place(channel), when, prompt)

    do(workspace, as_json, deed, may_be_new=True)


@command.command()
@click.argument("when")
@workspace_option
@json_option
def preview(when: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Show when WHEN would be, the next three times."""

    async def work() -> None:
        async with desk(workspace) as found:
            understood = await schedules_of(found).preview(found.workspace, when)
        click.echo(shown.as_json(told(understood)) if as_json else str(understood))

    asyncio.run(work())


def deed(name: str, does: Deed, help_: str) -> click.Command:
    """A command that does something with one schedule."""

    def done(number: int, workspace: WorkspaceRef | None, as_json: bool) -> None:
        do(workspace, as_json, lambda found: does(schedules_of(found), found.by, number))

    argument = click.argument("number", type=click.IntRange(1))
    made: click.Command = command.command(name, help=help_)(argument(workspace_option(json_option(done))))
    return made


pause = deed("pause", Schedules.pause, "Let a schedule rest until it is resumed.")
resume = deed("resume", Schedules.resume, "Let a schedule go on from now.")
run_now = deed("run-now", Schedules.run_now, "Have a schedule answered at once, whatever is due later.")
remove = deed("remove", Schedules.remove, "End a schedule for good; its answers stay.")


def schedules_of(found: Desk) -> Schedules:
    return Schedules(found.database, Configurations(found.database), _found_by_who_serves)


def _found_by_who_serves(_fired: Fired) -> None:
    """The reply is queued: the process that serves the platform finds it."""


def plain(one: Scheduled) -> dict[str, Any]:
    return {
        "id": one.id,
        "when": one.spoken,
        "cron": one.cron,
        "timezone": one.timezone,
        "channel": {"id": one.place.channel_id, "name": one.place.channel_name},
        "creator": {"id": one.creator_id, "name": one.creator_name},
        "prompt": one.prompt,
        "paused": one.paused,
        "next_at": one.next_at.isoformat() if one.next_at else None,
        "last_at": one.last_at.isoformat() if one.last_at else None,
    }


def told(preview: Preview) -> dict[str, Any]:
    when = preview.when
    upcoming = [moment.astimezone(when.zone).isoformat() for moment in preview.upcoming]
    return {"when": when.spoken, "cron": when.cron, "timezone": when.zone.key, "next": upcoming}

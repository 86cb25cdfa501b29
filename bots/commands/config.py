"""`parley config`: a workspace's configuration as one TOML file, so that it can live in git."""

import asyncio
from pathlib import Path

import click

from bots.commands import shown, words
from bots.commands.failures import Refused
from bots.commands.workspace import desk, json_option, workspace_option
from core.people import WorkspaceRef
from core.transfer import Plan

EPILOG = """\b
Examples:
  parley config export parley.toml
  parley config import parley.toml --dry-run     what would change
  parley config import parley.toml
"""
MOST_BYTES = 20_000_000


@click.group("config", epilog=EPILOG)
def command() -> None:
    """Write a workspace's configuration to a file, or set it from one.

    The file holds the prompt, the models, the time zone, summaries, the managers, the servers of tools, the caps, who
    may use Parley, the personas and what is set in channels. It never holds a key.
    """


@command.command()
@click.argument("file", default=words.STANDARD_INPUT, metavar="[FILE]")
@workspace_option
def export(file: str, workspace: WorkspaceRef | None) -> None:
    """Write the configuration as TOML, to a file or to standard output."""

    async def work() -> None:
        async with desk(workspace) as found:
            text = await found.transfer.export(found.by)
        if file == words.STANDARD_INPUT:
            click.echo(text, nl=False)
        else:
            _write(Path(file), text)

    asyncio.run(work())


@command.command("import")
@click.argument("file")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--prune", is_flag=True, help="Delete the personas that the file does not have.")
@workspace_option
@json_option
def import_(file: str, dry_run: bool, prune: bool, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Set the configuration as a file says; - is standard input.

    Everything is checked before anything is written, and all of it is written, or nothing. A persona or channel in the
    file becomes exactly what the file says; what the file does not speak of stays as it is.
    """
    text = words.given(None, file, most_bytes=MOST_BYTES)

    async def work() -> None:
        async with desk(workspace, may_be_new=True) as found:
            plan = await found.transfer.plan(found.by, text, prune=prune)
            if not dry_run:
                await found.transfer.apply(found.by, plan)
        click.echo(shown.as_json(_plain(plan, dry_run)) if as_json else _told(plan, dry_run))

    asyncio.run(work())


def _plain(plan: Plan, dry_run: bool) -> dict[str, object]:
    changes = [{"deed": step.deed.value, "change": step.what} for step in plan.steps]
    return {"changes": changes, "applied": bool(changes) and not dry_run}


def _told(plan: Plan, dry_run: bool) -> str:
    if not plan.steps:
        return "There is nothing to change: the workspace is set as the file says."
    count = f"{len(plan.steps)} change{'s' if len(plan.steps) > 1 else ''}"
    end = f"{count} to make; nothing is changed yet." if dry_run else f"{count} made, from the next message on."
    return "\n".join([*map(str, plan.steps), end])


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise Refused(f"{str(path)!r} cannot be written: {error.strerror}.") from error
    click.echo(f"The configuration is in {str(path)!r}.")

"""`parley persona starters`: personas to begin with."""

from dataclasses import asdict

import click

from bots.commands import shown
from bots.commands.deeds import do
from bots.commands.workspace import json_option, workspace_option
from core import starters as kept
from core.people import WorkspaceRef
from core.starters import Starter


@click.command()
@click.argument("name", required=False)
@workspace_option
@json_option
def starters(name: str | None, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """List the personas to begin with, or add the one that is named."""
    if name is None:
        click.echo(_listed(as_json))
        return
    do(workspace, as_json, lambda found: found.personas.add_starter(found.by, name), may_be_new=True)


def _listed(as_json: bool) -> str:
    every = kept.every()
    return shown.as_json([asdict(one) for one in every]) if as_json else _lines(every)


def _lines(every: tuple[Starter, ...]) -> str:
    return "\n".join(f"• {one.name}: {one.purpose}" for one in every)

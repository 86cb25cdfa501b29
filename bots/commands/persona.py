"""`parley persona`: personas on the database directly; running services use them from the next message on."""

import asyncio

import click

from bots.commands import persona_channels, persona_history, persona_starters, shown, words
from bots.commands.deeds import do
from bots.commands.persona_fields import edit_options, field_options, given
from bots.commands.workspace import desk, json_option, workspace_option
from core import wording
from core.people import WorkspaceRef
from core.personas import listing
from storage.personas import PersonaEdit, PersonaFields

EPILOG = """\b
Examples:
  parley persona starters
  parley persona create Pirate "Answer like a pirate, in two sentences."
  parley persona create Support --file support.md --temperature 0.2
  parley persona edit Support --model gpt-5-mini
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
        click.echo(shown.as_json([shown.persona(one) for one in personas]) if as_json else listing(personas))

    asyncio.run(work())


@command.command()
@click.argument("name")
@workspace_option
@json_option
def show(name: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Print what a persona is told.

    With --json, everything that is set of it.
    """

    async def work() -> None:
        async with desk(workspace) as found:
            persona = await found.personas.find(found.workspace, wording.clean(name))
            listed = await found.personas.listed(found.workspace)
        one = next(one for one in listed if one.persona.id == persona.id)
        click.echo(shown.as_json(shown.persona(one)) if as_json else persona.instruction)

    asyncio.run(work())


@command.command()
@click.argument("name")
@words.text_argument("INSTRUCTION")
@field_options
@workspace_option
@json_option
def create(
    name: str, text: str | None, path: str | None, workspace: WorkspaceRef | None, as_json: bool, **options: str | None
) -> None:
    """Make a persona."""
    fields = PersonaFields(name=name, instruction=words.given(text, path), **given(options))
    do(workspace, as_json, lambda found: found.personas.create(found.by, fields), may_be_new=True)


@command.command()
@click.argument("name")
@words.text_argument("INSTRUCTION")
@edit_options
@workspace_option
@json_option
def edit(
    name: str, text: str | None, path: str | None, workspace: WorkspaceRef | None, as_json: bool, **options: str | None
) -> None:
    """Change a persona; what is not given stays as it is.

    An empty value goes back to the default, as in --model "".
    """
    changes: PersonaEdit = given(options)
    if text is not None or path is not None or not changes:
        changes["instruction"] = words.given(text, path)
    do(workspace, as_json, lambda found: found.personas.edit(found.by, wording.clean(name), changes))


@command.command()
@click.argument("name")
@click.argument("new")
@workspace_option
@json_option
def rename(name: str, new: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Give a persona another name; its channels and its history stay."""
    do(workspace, as_json, lambda found: found.personas.edit(found.by, wording.clean(name), PersonaEdit(name=new)))


@command.command()
@click.argument("name")
@workspace_option
@json_option
def delete(name: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Delete a persona; its channels speak without one. Its history stays, and it can be restored."""
    do(workspace, as_json, lambda found: found.personas.delete(found.by, wording.clean(name)))


for further in (
    persona_channels.assign,
    persona_channels.clear,
    persona_history.history,
    persona_history.restore,
    persona_starters.starters,
):
    command.add_command(further)

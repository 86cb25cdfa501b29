"""`parley prompt`: the workspace's prompt, on the database directly."""

import asyncio

import click

from bots.commands import shown, words
from bots.commands.deeds import do
from bots.commands.workspace import desk, json_option, most_option, workspace_option
from core.people import WorkspaceRef
from core.workspace import NO_PROMPT

EPILOG = """\b
Examples:
  parley prompt set "You help the people of Example Ltd. Our office is in Ghent."
  parley prompt set --file prompt.md
  parley prompt show
  parley prompt history
"""


@click.group("prompt", epilog=EPILOG)
def command() -> None:
    """Show or change a workspace's prompt.

    The prompt comes before every persona. Running services follow a change from the next message on.
    """


@command.command()
@workspace_option
@json_option
def show(workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Print the workspace's prompt."""

    async def work() -> None:
        async with desk(workspace) as found:
            prompt = await found.of_workspace.prompt(found.workspace)
        click.echo(shown.as_json({"prompt": prompt}) if as_json else prompt or NO_PROMPT)

    asyncio.run(work())


@command.command("set")
@words.text_argument("TEXT")
@workspace_option
@json_option
def set_(text: str | None, path: str | None, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Set the workspace's prompt."""
    prompt = words.given(text, path)
    do(workspace, as_json, lambda found: found.of_workspace.set_prompt(found.by, prompt), may_be_new=True)


@command.command()
@workspace_option
@json_option
def clear(workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Go back to the built-in prompt."""
    do(workspace, as_json, lambda found: found.of_workspace.clear_prompt(found.by))


@command.command()
@most_option
@workspace_option
@json_option
def history(most: int, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """List the prompt's changes, newest first.

    With --json, the texts before and after each.
    """

    async def work() -> None:
        async with desk(workspace) as found:
            changes = await found.of_workspace.prompt_history(found.by, most=most)
        click.echo(shown.as_json([shown.change(one) for one in changes]) if as_json else shown.changes(changes))

    asyncio.run(work())


@command.command()
@click.argument("change", type=click.IntRange(1))
@workspace_option
@json_option
def restore(change: int, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Make the prompt again what it was after a change, by its number in the history."""
    do(workspace, as_json, lambda found: found.of_workspace.restore_prompt(found.by, change))

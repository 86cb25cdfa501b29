"""`parley prompt`: the workspace's prompt, on the database directly."""

import asyncio
import json

import click

from bots.commands import words
from bots.commands.workspace import desk, json_option, workspace_option
from core.personas import NO_PROMPT, WorkspaceRef

EPILOG = """\b
Examples:
  parley prompt set "You help the people of Example Ltd. Our office is in Ghent."
  parley prompt set --file prompt.md
  parley prompt show
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
            prompt = await found.personas.prompt(found.workspace)
        click.echo(json.dumps({"prompt": prompt}, ensure_ascii=False, indent=2) if as_json else prompt or NO_PROMPT)

    asyncio.run(work())


@command.command("set")
@words.text_argument("TEXT")
@workspace_option
def set_(text: str | None, path: str | None, workspace: WorkspaceRef | None) -> None:
    """Set the workspace's prompt."""
    prompt = words.given(text, path)

    async def work() -> None:
        async with desk(workspace, may_be_new=True) as found:
            click.echo(await found.personas.set_prompt(found.workspace, prompt))

    asyncio.run(work())


@command.command()
@workspace_option
def clear(workspace: WorkspaceRef | None) -> None:
    """Go back to the built-in prompt."""

    async def work() -> None:
        async with desk(workspace) as found:
            click.echo(await found.personas.clear_prompt(found.workspace))

    asyncio.run(work())

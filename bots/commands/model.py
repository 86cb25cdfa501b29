"""`parley model`: which models answer in a workspace and its channels."""

import asyncio

import click

from bots.commands import shown
from bots.commands.deeds import do
from bots.commands.workspace import Desk, desk, json_option, place_option, workspace_option
from core.people import WorkspaceRef

EPILOG = """\b
Examples:
  parley model                                    the models that may be chosen
  parley model set gpt-5-mini                     for the workspace
  parley model set local/qwen --channel '#dev'    for a channel; local is another endpoint's name
  parley model clear --channel '#dev'
  parley model allow gpt-5 gpt-5-mini             only these may be chosen
  parley model allow                              all that are offered may be
"""
ANSWERS = " (answers where nothing else is chosen)"


@click.group("model", epilog=EPILOG, invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Choose the models that answer.

    A channel's model comes before its persona's, that before the workspace's, and that before OPENAI_MODEL. Without a
    command, those that may be chosen are listed.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_, workspace=None, as_json=False)


@command.command("list")
@workspace_option
@json_option
def list_(workspace: WorkspaceRef | None, as_json: bool) -> None:
    """List the models that may be chosen, and which one answers."""

    async def work() -> None:
        async with desk(workspace) as found:
            configuration = await found.of_workspace.configuration(found.workspace)
            models = [model for model in found.models.offered(configuration) if model]
            default = found.models.choose(configuration).ref
        if as_json:
            click.echo(shown.as_json({"models": models, "default": default, "chosen": configuration.model}))
            return
        lines = [f"• {model}{ANSWERS if model == default else ''}" for model in models]
        click.echo("\n".join(lines) or "There is no model: set OPENAI_MODEL.")

    asyncio.run(work())


@command.command("set")
@click.argument("model")
@place_option
@workspace_option
@json_option
def set_(model: str, channel: str | None, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Choose the model of the workspace, or of a channel."""
    choose(model, channel, workspace, as_json)


@command.command()
@place_option
@workspace_option
@json_option
def clear(channel: str | None, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Take the choice back: the workspace's model answers in the channel, OPENAI_MODEL in the workspace."""
    choose("", channel, workspace, as_json)


def choose(model: str, channel: str | None, workspace: WorkspaceRef | None, as_json: bool) -> None:
    async def deed(found: Desk) -> str:
        if channel is None:
            return await found.of_workspace.set_model(found.by, model)
        return await found.of_workspace.set_channel_model(found.by, await found.place(channel), model)

    do(workspace, as_json, deed, may_be_new=channel is None)


@command.command()
@click.argument("models", nargs=-1)
@workspace_option
@json_option
def allow(models: tuple[str, ...], workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Say which models may be chosen; without any, all that are offered."""
    named = [one for given in models for one in given.split(",")]
    do(workspace, as_json, lambda found: found.of_workspace.allow_models(found.by, named), may_be_new=True)

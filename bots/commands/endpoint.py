"""`parley endpoint`: a workspace's own model endpoint, used for that workspace alone."""

import asyncio
import os
import sys

import click

from bots.commands import shown, words
from bots.commands.deeds import do
from bots.commands.failures import Refused
from bots.commands.workspace import desk, json_option, workspace_option
from core.own_endpoints import OwnShown
from core.people import WorkspaceRef
from storage.endpoints import OwnFields

EPILOG = """\b
Examples:
  parley endpoint set https://llm.example.com/v1 --model qwen3 --key-stdin < key.txt
  parley endpoint set https://api.openai.com/v1 --kind openai --model gpt-5 --key-env EXAMPLE_KEY
  parley endpoint show
  parley endpoint clear

The key is encrypted with PARLEY_ENCRYPTION_KEYS, and never shown again.
"""
NONE = "This workspace has no endpoint of its own."


@click.group("endpoint", epilog=EPILOG)
def command() -> None:
    """Let a workspace bring its own model endpoint.

    It is used for that workspace alone. PARLEY_OWN_ENDPOINTS says whether this is allowed.
    """


@command.command()
@workspace_option
@json_option
def show(workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Print the workspace's own endpoint, but for its key."""

    async def work() -> None:
        async with desk(workspace) as found:
            own = await found.own_endpoints.shown(found.by)
        click.echo(shown.as_json(_plain(own)) if as_json else _told(own))

    asyncio.run(work())


@command.command("set")
@click.argument("url")
@click.option("--model", default="", help="The model that answers there.")
@click.option("--kind", default="", help="What kind of server it is; guessed from the address if not given.")
@click.option("--key-env", metavar="VARIABLE", help="Read the key from this environment variable.")
@click.option("--key-stdin", is_flag=True, help="Read the key from standard input.")
@workspace_option
@json_option
def set_(
    url: str,
    model: str,
    kind: str,
    key_env: str | None,
    key_stdin: bool,
    workspace: WorkspaceRef | None,
    as_json: bool,
) -> None:
    """Let this workspace's answers come from its own endpoint.

    URL ends in /v1 as a rule. The key comes from standard input or from the environment, never from an argument, as
    others on the machine can read those. Without either, the key for this address stays as it is.
    """
    fields = OwnFields(kind=kind, base_url=url, key=key_given(key_env, key_stdin), model=model)
    do(workspace, as_json, lambda found: found.own_endpoints.set(found.by, fields), may_be_new=True)


@command.command()
@workspace_option
@json_option
def clear(workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Forget the workspace's own endpoint and its key."""
    do(workspace, as_json, lambda found: found.own_endpoints.remove(found.by))


def key_given(variable: str | None, stdin: bool) -> str | None:
    """A key from the environment or from standard input; None when neither was named."""
    if variable is not None and stdin:
        raise click.UsageError("The key is given twice: with --key-env and with --key-stdin.")
    if variable is not None:
        if not os.environ.get(variable):
            raise Refused(f"The environment variable {variable!r} is empty or not set.")
        return os.environ[variable].strip()
    if not stdin:
        return None
    if sys.stdin.isatty():
        return str(click.prompt("Key", hide_input=True, err=True)).strip()
    return words.given(words.STANDARD_INPUT, None).strip()


def _plain(own: OwnShown | None) -> dict[str, object] | None:
    if own is None:
        return None
    return {"kind": own.kind.value, "base_url": own.base_url, "model": own.model, "has_key": own.has_key}


def _told(own: OwnShown | None) -> str:
    if own is None:
        return NONE
    return f"{own.model} at {own.base_url} ({own.kind.value}, {'with' if own.has_key else 'without'} a key)"

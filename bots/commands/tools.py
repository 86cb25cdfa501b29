"""`parley tools`: the tools that personas can list, and the servers of tools that a workspace brings along."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict

import click

from bots.commands import shown
from bots.commands.deeds import do
from bots.commands.endpoint import key_given
from bots.commands.workspace import Desk, desk, json_option, workspace_option
from core.people import WorkspaceRef
from core.tools import own_servers
from core.tools.own_servers import OwnServers
from storage.tool_servers import ServerFields
from storage.words import Asks

EPILOG = """\b
Examples:
  parley tools list
  parley tools set tickets https://mcp.example.com/mcp --key-stdin < key.txt
  parley tools show tickets
  parley tools remove tickets

Servers that are commands on this host are named in the file of PARLEY_MCP alone.
"""


@click.group("tools", epilog=EPILOG)
def command() -> None:
    """Look at the tools that personas can list, and bring servers of them.

    A key is encrypted with PARLEY_ENCRYPTION_KEYS, and never shown again.
    """


@command.command("list")
@workspace_option
@json_option
def list_(workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Print the tools that come along, and the servers of others."""

    async def work() -> None:
        async with desk(workspace) as found, _servers(found) as servers:
            listed = await servers.listed(found.by)
            plain = {"built_in": servers.built_in, "servers": [asdict(one) for one in listed]}
            click.echo(shown.as_json(plain) if as_json else own_servers.told(listed, servers.built_in))

    asyncio.run(work())


@command.command()
@click.argument("name")
@workspace_option
@json_option
def show(name: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Print the tools of the server NAME, which is asked for them."""

    async def work() -> None:
        async with desk(workspace) as found, _servers(found) as servers:
            tools = await servers.tools(found.by, name)
            plain = [{"name": tool, "asks": asks} for tool, asks in tools]
            click.echo(shown.as_json(plain) if as_json else own_servers.told_tools(name, tools))

    asyncio.run(work())


@command.command("set")
@click.argument("name")
@click.argument("url")
@click.option(
    "--asks",
    type=click.Choice([*map(str, Asks)]),
    default=str(Asks.CHANGES),
    help="Before which calls somebody is asked.",
)
@click.option("--key-env", metavar="VARIABLE", help="Read the key from this environment variable.")
@click.option("--key-stdin", is_flag=True, help="Read the key from standard input.")
@workspace_option
@json_option
def set_(
    name: str,
    url: str,
    asks: str,
    key_env: str | None,
    key_stdin: bool,
    workspace: WorkspaceRef | None,
    as_json: bool,
) -> None:
    """Bring the MCP server at URL along, as NAME.

    Without a key, the one for this address stays as it is.
    """
    fields = ServerFields(name=name, url=url, asks=asks, key=key_given(key_env, key_stdin))

    async def deed(found: Desk) -> str:
        async with _servers(found) as servers:
            return await servers.set(found.by, fields)

    do(workspace, as_json, deed, may_be_new=True)


@command.command()
@click.argument("name")
@workspace_option
@json_option
def remove(name: str, workspace: WorkspaceRef | None, as_json: bool) -> None:
    """Forget the workspace's own server NAME and its key."""

    async def deed(found: Desk) -> str:
        async with _servers(found) as servers:
            return await servers.remove(found.by, name)

    do(workspace, as_json, deed)


@asynccontextmanager
async def _servers(found: Desk) -> AsyncIterator[OwnServers]:
    tools = found.tools
    try:
        yield found.own_servers(tools)
    finally:
        await tools.close()

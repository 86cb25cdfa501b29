"""Speaks to MCP servers, over the pipes of a process or over streamable HTTP: the only file that knows `mcp`.

modelcontextprotocol.io/specification: a connection belongs to the task that opened it, so each has one of its own.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import mcp_types
import structlog
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

from core import addresses, wire
from core.tools.servers import Server
from core.tools.tool import Asker, Result, ToolFailure

log = structlog.get_logger()

OPEN_S = 30.0
CLOSE_S = 6.0
MOST_PAGES = 10
MOST_TOOLS = 200
MOST_BYTES = 4_000_000
CLIENT = mcp_types.Implementation(name="parley", version="1")


@dataclass(frozen=True, slots=True)
class Offered:
    """A tool as its server describes it."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    only_reads: bool


class Unreachable(Exception):
    """A server cannot be used: the message says why, for the log."""


class Connection:
    """A live connection to one server; whoever is done with it closes it."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._closing = asyncio.Event()
        self._opened: asyncio.Future[tuple[Client, tuple[Offered, ...]]] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._live())

    @property
    def is_over(self) -> bool:
        return self._task.done() or self._closing.is_set()

    async def tools(self) -> tuple[Offered, ...]:
        """What the server offers. Raises Unreachable."""
        return (await self._ready())[1]

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> Result:
        """Raises ToolFailure."""
        try:
            client, _ = await self._ready()
            answer = await client.call_tool(tool, dict(arguments))
        except Unreachable as error:
            raise ToolFailure("The server of this tool cannot be reached.") from error
        except MCPError as error:
            if error.code == mcp_types.CONNECTION_CLOSED:
                self._closing.set()
            raise ToolFailure(f"The server of this tool says: {error.message[:500]}") from error
        text = text_of(answer)
        if answer.is_error:
            raise ToolFailure(text)
        return Result(text)

    async def close(self) -> None:
        self._closing.set()
        _, late = await asyncio.wait({self._task}, timeout=CLOSE_S)
        for task in late:
            task.cancel()
            await asyncio.wait({task}, timeout=CLOSE_S)

    async def _ready(self) -> tuple[Client, tuple[Offered, ...]]:
        try:
            async with asyncio.timeout(OPEN_S):
                return await asyncio.shield(self._opened)
        except TimeoutError:
            self._closing.set()
            raise Unreachable("it did not answer in time") from None

    async def _live(self) -> None:
        try:
            async with opened(self._server) as client:
                self._opened.set_result((client, await _offered(client)))
                await self._closing.wait()
        except Exception as error:
            reason = f"{type(error).__name__}: {_innermost(error)}"[:300]
            log.warning("tools.server_lost", server=self._server.name, reason=reason)
            if not self._opened.done():
                self._opened.set_exception(Unreachable(reason))
                self._opened.exception()


@asynccontextmanager
async def opened(server: Server) -> AsyncIterator[Client]:
    """A client of a server: with its process, or through connections that go where they may."""
    async with AsyncExitStack() as stack:
        if server.command:
            command, *arguments = server.command
            started = StdioServerParameters(
                command=command, args=arguments, env=dict(server.env), cwd=server.cwd or None
            )
            transport = stdio_client(started, errlog=sys.__stderr__ or sys.stderr)
        else:
            http = await stack.enter_async_context(_http_client(server))
            transport = streamable_http_client(server.url, http_client=http)
        yield await stack.enter_async_context(Client(transport, client_info=CLIENT, cache=None))


def _http_client(server: Server) -> httpx2.AsyncClient:
    """A workspace's own server is reached without proxies and, where that is set, in public networks alone."""
    factory = addresses.public_socket if server.must_be_public else None
    transport = Bounded(wire.Wire(factory, proxied=server.owned_by is None))
    headers = {"Authorization": f"Bearer {server.key}"} if server.key else {}
    return httpx2.AsyncClient(transport=transport, headers=headers, timeout=httpx2.Timeout(30.0), trust_env=False)


class Bounded(httpx2.AsyncBaseTransport):
    """Another transport, of which no response may be larger than any tool's should be."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._inner.handle_async_request(request)
        body = response.stream
        if isinstance(body, httpx2.AsyncByteStream):
            response.stream = _BoundedBody(body)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _BoundedBody(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for data in self._inner:
            size += len(data)
            if size > MOST_BYTES:
                raise httpx2.ReadError("the response is too large")
            yield data

    async def aclose(self) -> None:
        await self._inner.aclose()


@dataclass(frozen=True, slots=True)
class ServersTool:
    """A tool of a server, for one reply."""

    connection: Connection
    name: str
    offered: Offered
    asks: bool

    @property
    def description(self) -> str:
        return self.offered.description

    @property
    def parameters(self) -> Mapping[str, Any]:
        return self.offered.parameters

    @property
    def doing(self) -> str:
        return f"Using `{self.name}`"

    @property
    def alone(self) -> bool:
        """What may change something waits for what came before it."""
        return not self.offered.only_reads

    async def run(self, arguments: Mapping[str, Any], asker: Asker) -> Result:
        return await self.connection.call(self.offered.name, arguments)


async def _offered(client: Client) -> tuple[Offered, ...]:
    """Every tool of a server, as far as it is reasonable."""
    found: list[Offered] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = await client.list_tools(cursor=cursor)
        found += [_tool(tool) for tool in page.tools]
        cursor = page.next_cursor
        if not cursor or len(found) >= MOST_TOOLS:
            break
    return tuple(found[:MOST_TOOLS])


def _tool(tool: mcp_types.Tool) -> Offered:
    reads = bool(tool.annotations is not None and tool.annotations.read_only_hint)
    return Offered(tool.name, tool.description or tool.title or tool.name, tool.input_schema, reads)


def text_of(answer: mcp_types.CallToolResult) -> str:
    """What a result says in words; of pictures and sounds, that there are some."""
    parts = [_part(content) for content in answer.content]
    if not parts and answer.structured_content is not None:
        return str(answer.structured_content)
    return "\n".join(parts)


def _part(content: mcp_types.ContentBlock) -> str:
    if isinstance(content, mcp_types.TextContent):
        return content.text
    if isinstance(content, mcp_types.ResourceLink):
        return f"[{content.name}: {content.uri}]"
    if isinstance(content, mcp_types.EmbeddedResource):
        inner = content.resource
        return inner.text if isinstance(inner, mcp_types.TextResourceContents) else f"[file: {inner.uri}]"
    return f"[{content.type}]"


def _innermost(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error

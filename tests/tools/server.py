"""An MCP server, written with the official SDK, as people run one: `python tests/tools/server.py [PORT]`.

Without a port it speaks over its standard input and output, with one over streamable HTTP at `/mcp`.
"""

import asyncio
import os
import sys
from pathlib import Path

from mcp.server import MCPServer
from mcp_types import ToolAnnotations

READS = ToolAnnotations(read_only_hint=True)


def made() -> MCPServer:
    server = MCPServer("office")

    @server.tool(annotations=READS)
    def weather(city: str) -> str:
        """Tells the weather of a city."""
        return f"Rain in {city}."

    @server.tool(annotations=READS)
    def variable(name: str) -> str:
        """Tells a variable of the server's environment."""
        return os.environ.get(name, "unset")

    @server.tool(annotations=READS)
    async def hang() -> str:
        """Never ends."""
        await asyncio.sleep(3_600)
        return ""

    @server.tool(annotations=READS)
    async def slow(seconds: float) -> str:
        """Takes its time."""
        await asyncio.sleep(seconds)
        return "At last."

    @server.tool(annotations=READS)
    def fail() -> str:
        """Fails."""
        raise ValueError("the machine is on fire, @everyone <!channel>")

    @server.tool(annotations=READS)
    def megabyte() -> str:
        """Tells much."""
        return "x" * 900_000

    @server.tool(annotations=READS)
    def exits() -> str:
        """Ends the server."""
        os._exit(3)

    @server.tool()
    def write(path: str, text: str) -> str:
        """Writes a line into a file."""
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")
        return "Written."

    return server


if __name__ == "__main__":
    if len(sys.argv) > 1:
        made().run("streamable-http", host="127.0.0.1", port=int(sys.argv[1]))
    else:
        made().run("stdio")

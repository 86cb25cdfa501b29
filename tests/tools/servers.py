"""Starts the MCP server of the tests, and writes the file that an operator would."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.ports import free_port

SERVER = Path(__file__).with_name("server.py")
PATIENCE_S = 20.0


def by_pipes(folder: Path, name: str = "office", **more: object) -> str:
    """The path of a file with this server as a command that is run on the host."""
    return written(folder, name, command=[sys.executable, str(SERVER)], **more)


def by_address(folder: Path, url: str, name: str = "office", **more: object) -> str:
    return written(folder, name, url=url, **more)


def written(folder: Path, name: str, **entry: object) -> str:
    path = folder / "mcp.toml"
    lines = [f"{key} = {json.dumps(value)}" for key, value in entry.items()]
    path.write_text("\n".join([f"[{name}]", *lines, ""]), encoding="utf-8")
    return str(path)


@asynccontextmanager
async def over_http() -> AsyncIterator[str]:
    """A running server's address."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(SERVER), str(port), stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await _until_open(port)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        await process.wait()


async def _until_open(port: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            await writer.wait_closed()
            return

"""What a running process answers on its port."""

from typing import Any

import aiohttp


async def alive(connections: aiohttp.ClientSession, port: int) -> bool:
    try:
        async with connections.get(f"http://127.0.0.1:{port}/healthz") as response:
            return response.status == 200
    except aiohttp.ClientConnectionError:
        return False


async def readiness(connections: aiohttp.ClientSession, port: int) -> tuple[int, dict[str, Any]]:
    """The status and the answer of /readyz."""
    async with connections.get(f"http://127.0.0.1:{port}/readyz") as response:
        return response.status, await response.json()


async def unready_parts(connections: aiohttp.ClientSession, port: int) -> dict[str, bool] | None:
    status, answer = await readiness(connections, port)
    parts: dict[str, bool] = answer["parts"]
    return parts if status == 503 else None


async def metrics(connections: aiohttp.ClientSession, port: int) -> str:
    async with connections.get(f"http://127.0.0.1:{port}/metrics") as response:
        assert response.status == 200
        return await response.text()

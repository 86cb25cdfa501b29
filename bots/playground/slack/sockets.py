"""Socket Mode connections (docs.slack.dev/apis/events-api/using-socket-mode)."""

import asyncio
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web

from bots.playground.faults import FaultKind, Faults, hang_up, meet
from bots.playground.slack.feed import Feed, dumps
from bots.playground.slack.rules import Rules


class Socket:
    """One open connection of the app, with the frames that wait to be written to it."""

    def __init__(self, socket_id: str, response: web.WebSocketResponse, request: web.Request) -> None:
        self.id = socket_id
        self.opened_at = time.monotonic()
        self.sent = 0
        self.is_leaving = False
        self.is_finished = False
        self.cut_after: int | None = None
        self._response = response
        self._request = request
        self._frames: asyncio.Queue[str | None] = asyncio.Queue()

    def send(self, frame: str) -> None:
        """Write a frame after all that wait already."""
        self._frames.put_nowait(frame)

    def finish(self) -> None:
        """Close properly once the waiting frames are written; it takes no more of them."""
        self.is_finished = True
        self._frames.put_nowait(None)

    def cut(self) -> None:
        """Break the connection off without a word."""
        hang_up(self._request)

    async def write_all(self, ping_interval_s: float) -> None:
        while True:
            try:
                async with asyncio.timeout(ping_interval_s):
                    frame = await self._frames.get()
            except TimeoutError:
                await self._response.ping(b"Ping from the playground")
                continue
            if frame is None:
                await self._response.close()
                return None
            await self._response.send_str(frame)
            self.sent += 1
            if self.cut_after is not None and self.sent >= self.cut_after:
                return self.cut()


class Sockets:
    """All open connections of the app, of whichever workspaces; an envelope goes to one of them, in turn."""

    def __init__(self, app_id: str, rules: Callable[[], Rules], feed: Feed, faults: Faults) -> None:
        self._app_id = app_id
        self._rules = rules
        self._feed = feed
        self._faults = faults
        self._tickets: set[str] = set()
        self._open: list[Socket] = []
        self._turn = 0
        self.when_opened: list[Callable[[], None]] = []
        self.when_received: list[Callable[[dict[str, Any]], None]] = []

    def new_ticket(self) -> str:
        """A ticket that opens one connection, once."""
        ticket = secrets.token_urlsafe(24)
        self._tickets.add(ticket)
        return ticket

    def __len__(self) -> int:
        return len(self._open)

    def send(self, frame: str) -> bool:
        """Give a frame to one open connection; False when there is none."""
        alive = [socket for socket in self._open if not socket.is_finished]
        usable = [socket for socket in alive if not socket.is_leaving] or alive
        if not usable:
            return False
        self._turn += 1
        usable[self._turn % len(usable)].send(frame)
        return True

    def as_json(self) -> list[dict[str, Any]]:
        return [{"id": socket.id, "opened_at": socket.opened_at, "sent": socket.sent} for socket in self._open]

    def close(self) -> None:
        """Close all connections."""
        for socket in self._open:
            socket.finish()

    def disconnect(self, reason: str) -> int:
        """Ask every connection to leave, as Slack does before it closes them; `drop` just cuts them.

        docs.slack.dev/apis/events-api/using-socket-mode#disconnect: `warning` and `refresh_requested`
        come about ten seconds before the end, `link_disabled` is the end.
        """
        leaving = list(self._open)
        grace_s = 0.0 if reason in ("link_disabled", "too_many_websockets") else self._rules().disconnect_grace_s
        for socket in leaving:
            if reason == "drop":
                socket.cut()
                continue
            socket.send(_disconnect_frame(reason))
            socket.is_leaving = True
            if grace_s == 0.0:
                socket.finish()
            else:
                asyncio.get_running_loop().call_later(grace_s, socket.finish)
        return len(leaving)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """`GET /socket/{ticket}`: a connection for as long as the app keeps it; a ticket works once."""
        fault = self._faults.take("socket")
        if fault is not None:
            answer = await meet(fault, request)
            if answer is not None:
                return answer
        ticket = request.match_info["ticket"]
        if ticket not in self._tickets:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=403)
        self._tickets.discard(ticket)
        response = web.WebSocketResponse(max_msg_size=16 * 1024 * 1024)
        await response.prepare(request)
        socket = Socket(ticket[:8], response, request)
        if fault is not None and fault.kind is FaultKind.CUT:
            socket.cut_after = fault.after
        if len(self._open) >= self._rules().max_sockets:
            await response.send_str(_disconnect_frame("too_many_websockets"))
            await response.close()
            return response
        await self._talk(socket, response)
        return response

    async def _talk(self, socket: Socket, response: web.WebSocketResponse) -> None:
        self._open.append(socket)
        socket.send(self._hello_frame())
        writer = asyncio.create_task(socket.write_all(self._rules().ping_interval_s))
        self._feed.publish("sockets", open=len(self._open))
        for tell in self.when_opened:
            tell()
        try:
            async for frame in response:
                if frame.type is WSMsgType.TEXT:
                    self._receive(frame)
        finally:
            self._open.remove(socket)
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
            self._feed.publish("sockets", open=len(self._open))

    def _receive(self, frame: Any) -> None:
        with suppress(ValueError):
            message = frame.json()
            if isinstance(message, dict):
                for tell in self.when_received:
                    tell(message)

    def _hello_frame(self) -> str:
        return dumps(
            {
                "type": "hello",
                "num_connections": len(self._open),
                "debug_info": {"host": "playground", "build_number": 1, "approximate_connection_time": 18060},
                "connection_info": {"app_id": self._app_id},
            }
        )


def _disconnect_frame(reason: str) -> str:
    return dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}})

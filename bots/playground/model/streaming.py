"""Sends a planned answer: as a stream of events, or as one completion."""

import asyncio
import socket
import struct

from aiohttp import HttpVersion11, web

from bots.playground.model import calling, sse
from bots.playground.model.dialects import Dialect
from bots.playground.model.drip import Drip, framed
from bots.playground.model.replying import Plan
from bots.playground.model.scripts import Scripts
from bots.playground.model.sse import Chunks

_RESET_AT_ONCE = struct.pack("ii", 1, 0)


class GoneError(Exception):
    """The caller went away before its answer was whole."""


class Stream:
    """One answer on its way to one caller."""

    def __init__(self, request: web.Request, chunks: Chunks, plan: Plan, scripts: Scripts, dialect: Dialect) -> None:
        self._request = request
        self._dialect = dialect
        self._chunks = chunks
        self._plan = plan
        self._scripts = scripts
        self._in_frames = request.version >= HttpVersion11
        self._transport: asyncio.Transport | None = request.transport

    async def send(self, headers: dict[str, str], *, with_usage: bool) -> web.StreamResponse:
        """Send it whole, or as far as the plan goes; raises GoneError when nobody reads any more."""
        plan = self._plan
        await asyncio.sleep(plan.first_token_s)
        if plan.hold_after == 0:
            await self._scripts.hold()
        response = web.StreamResponse(headers={**headers, "Cache-Control": "no-cache, must-revalidate"})
        response.content_type, response.charset = "text/event-stream", "utf-8"
        await response.prepare(self._request)
        self._write_beginning()
        await self._send_pieces()
        self._write_end(with_usage=with_usage)
        return response

    def _write_beginning(self) -> None:
        """Whatever comes before the first text, thoughts included where this kind of server tells them."""
        if self._dialect.comment:
            self._write(f": {self._dialect.comment}\n\n".encode())
        if self._dialect.opens_empty:
            self._write(self._chunks.empty())
        self._write(self._chunks.role())
        for thought in self._plan.thoughts if self._dialect.thoughts else ():
            self._write(self._chunks.delta(self._dialect.thoughts, thought))

    async def _send_pieces(self) -> None:
        plan = self._plan
        ends = [end for end in (plan.cut_after, plan.reset_after, plan.error_after) if end is not None]
        pieces = plan.pieces[: min(ends)] if ends else plan.pieces
        if plan.hold_after:
            await self._drip(pieces[: plan.hold_after])
            await self._scripts.hold()
            pieces = pieces[plan.hold_after :]
        await self._drip(pieces)

    async def _drip(self, pieces: list[str]) -> None:
        if not await Drip(self._connection(), pieces, self._encoded, self._plan.gap_s).run():
            raise GoneError

    def _write_end(self, *, with_usage: bool) -> None:
        plan, chunks = self._plan, self._chunks
        if plan.reset_after is not None:
            return reset(self._connection())
        if plan.error_after is not None:
            return self._write(sse.error_event(plan.error))
        if plan.cut_after is not None:
            return None
        for piece in calling.deltas(plan.calls, plan.number):
            self._write(chunks.calls(piece))
        self._write(chunks.finish(plan.finish_reason))
        if with_usage:
            self._write(chunks.usage(plan.usage))
        self._write(sse.DONE)
        return None

    def _encoded(self, piece: str) -> bytes:
        data = self._chunks.delta("refusal", piece) if self._plan.refusal else self._chunks.text(piece)
        return framed(data) if self._in_frames else data

    def _write(self, data: bytes) -> None:
        self._connection().write(framed(data) if self._in_frames else data)

    def _connection(self) -> asyncio.Transport:
        if self._transport is None or self._transport.is_closing():
            raise GoneError
        return self._transport


def completion(completion_id: str, model: str, created: int, plan: Plan) -> dict[str, object]:
    """The body of an answer that is not streamed (https://platform.openai.com/docs/api-reference/chat/object)."""
    message: dict[str, object] = {"role": "assistant", "content": plan.text, "refusal": None, "annotations": []}
    if plan.calls:
        message |= {"content": plan.text or None, "tool_calls": calling.whole(plan.calls, plan.number)}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": plan.finish_reason}
    return {
        "id": completion_id,
        "object": "chat.completion",
        "created": created,
        "model": model,
        "choices": [choice],
        "usage": plan.usage.body(),
        "service_tier": "default",
        "system_fingerprint": "fp_playground",
    }


def reset(transport: asyncio.Transport) -> None:
    """Close a connection with a TCP reset instead of a proper end."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_ONCE)
    transport.abort()

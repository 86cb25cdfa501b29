"""Writes tokens to a connection at their pace, without a task or a future for each of them."""

import asyncio
from collections.abc import Callable, Sequence

_MOST_UNSENT_BYTES = 256 * 1024
_UNSENT_WAIT_S = 0.02


class Drip:
    """One stream: `pieces` are encoded and written one by one, `gap_s` seconds apart; late ones follow at once.

    A caller that does not read makes the stream wait, as backpressure would.
    """

    def __init__(
        self, transport: asyncio.Transport, pieces: Sequence[str], encode: Callable[[str], bytes], gap_s: float
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self._pieces = pieces
        self._written = 0
        self._encode = encode
        self._gap_s = gap_s
        self._due = self._loop.time()
        self._ended: asyncio.Future[bool] = self._loop.create_future()
        self._timer: asyncio.TimerHandle | None = None

    async def run(self) -> bool:
        """Write all pieces: True, or False when the caller went away."""
        self._tick()
        try:
            return await self._ended
        finally:
            if self._timer is not None:
                self._timer.cancel()

    def _tick(self) -> None:
        transport, now = self._transport, self._loop.time()
        while self._due <= now:
            if self._written == len(self._pieces):
                return self._end(True)
            if transport.is_closing():
                return self._end(False)
            if transport.get_write_buffer_size() > _MOST_UNSENT_BYTES:
                self._due = now + _UNSENT_WAIT_S
                break
            transport.write(self._encode(self._pieces[self._written]))
            self._written += 1
            if self._written < len(self._pieces):
                self._due += self._gap_s
        self._timer = self._loop.call_at(self._due, self._tick)
        return None

    def _end(self, whole: bool) -> None:
        if not self._ended.done():
            self._ended.set_result(whole)


def framed(data: bytes) -> bytes:
    """One chunk of HTTP/1.1 chunked transfer coding (RFC 9112, section 7.1)."""
    return b"%x\r\n%b\r\n" % (len(data), data)

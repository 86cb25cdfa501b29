"""One answer while it streams: its texts as they come, and how long the model may be silent meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import chain

import httpx2

from core import faults, wire
from core.errors import Fault, ModelTrouble
from core.stream import Decoder, Finish

PARTING_S = 0.5


class Patience:
    """How long a model may be silent: until it shows a sign of work, and then between such signs; and in all.

    Moving a timer for each token would cost more than reading it, so the deadline is moved on only when it is near: a
    silence is ended between one and one and a half times `idle_s` after the last text.
    """

    def __init__(self, deadline: asyncio.Timeout, idle_s: float, ends_at: float) -> None:
        self._deadline = deadline
        self._idle_s = idle_s
        self._ends_at = ends_at
        self._now = asyncio.get_running_loop().time
        self._waits_until = 0.0
        self.begun = False

    def renew(self) -> None:
        """The model has shown that it works."""
        self.begun = True
        if self._waits_until < self._now() + self._idle_s:
            self._waits_until = self._now() + 1.5 * self._idle_s
            self._deadline.reschedule(min(self._waits_until, self._ends_at))

    def run_out(self) -> ModelTrouble:
        """What it is when the deadline has passed."""
        if self._now() >= self._ends_at:
            return faults.trouble(Fault.OVERTIME, "took_too_long")
        return faults.trouble(Fault.STALLED if self.begun else Fault.SILENT, "silent_too_long")


class Answer:
    """One answer while it streams: iterate over its texts; `finish` is complete when the iteration has ended."""

    def __init__(self, body: wire.Body, patience: Patience, finish: Finish, pace: wire.Pace) -> None:
        self._body = body
        self._pace = pace
        self._patience = patience
        self._seen_live = 0
        self._decoder = Decoder(finish)
        self._early: Iterator[str] = iter(())
        self.finish = finish

    async def begin(self) -> None:
        """Returns when the first text has come, or none will. Raises ModelTrouble as the iteration does."""
        while data := await self._read():
            texts = self._decoder.feed(data)
            for text in texts:
                self._early = chain([text], texts)
                self._patience.renew()
                return
            self._look_for_life()
        left = list(self._decoder.end())
        self._early = iter(left)
        if not left and not self.finish.reason:
            raise faults.trouble(Fault.EMPTY, "ended_before_any_text")

    async def __aiter__(self) -> AsyncIterator[str]:
        """Raises ModelTrouble when the stream breaks, says an error, or is none."""
        now = asyncio.get_running_loop().time
        began_at = now()
        for text in self._early:
            yield text
        while data := await self._read():
            for text in self._decoder.feed(data):
                yield text
            del data
            self._look_for_life()
            if not self._decoder.over:
                await self._pace.rest(self._body, now() - began_at)
        for text in self._decoder.end():
            yield text

    async def _read(self) -> bytes:
        """More of it; nothing at its end, which is there when the model has said so, or has broken off after that."""
        if self._decoder.over:
            await self._part()
            return b""
        try:
            return await self._body.read()
        except httpx2.TimeoutException as error:
            raise faults.trouble(Fault.STALLED, type(error).__name__) from error
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            if self.finish.reason:
                return b""
            raise faults.trouble(Fault.BROKEN, type(error).__name__) from error

    async def _part(self) -> None:
        """Let the response come to its end, so that its connection can be used again, if that takes but a moment."""
        with suppress(TimeoutError, httpx2.HTTPError, httpx2.StreamError):
            async with asyncio.timeout(PARTING_S):
                while await self._body.read():
                    pass

    def _look_for_life(self) -> None:
        """A chunk that holds an answer, or thought, is a sign of work; a comment that keeps the connection is none."""
        if self._decoder.live != self._seen_live:
            self._seen_live = self._decoder.live
            self._patience.renew()


@asynccontextmanager
async def timed(deadline: asyncio.Timeout, idle_s: float, ends_at: float) -> AsyncIterator[Patience]:
    """The patience with one answer; when it has run out, that is the model's trouble."""
    patience = Patience(deadline, idle_s, ends_at)
    try:
        async with deadline:
            yield patience
    except TimeoutError:
        if not deadline.expired():
            raise
        raise patience.run_out() from None

"""One reply as it grows on its surface: the latest text is written whenever the reply's turn comes.

The model's stream only adds text and asks for a turn; it never waits for a platform. One write of a reply is under way
at a time, so no write can overtake a later one, and the final text is always the last.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from core.errors import Kind, PlatformTrouble
from core.pacing import Claim, Want
from core.segments import Segment, Segmenter
from core.surface import Limited, Surface
from core.writes import Writes

log = structlog.get_logger()

TRIES = 8
LONGEST_PAUSE_S = 15.0


class Display:
    """Shows one reply. `keep(number, message_id)` is awaited as soon as a segment's platform id is known.

    `quiet` is set once no sign of work is needed any more: a text is visible, or none ever will be.
    """

    def __init__(
        self, surface: Surface, writes: Writes, token: str, keep: Callable[[int, str], Awaitable[None]]
    ) -> None:
        self.claim = Claim()
        self._surface = surface
        self._writes = writes
        self._token = token
        self._keep = keep
        self._segmenter = Segmenter(surface.text_limit, surface.weigh)
        self._number = 0
        self._message_id: str | None = None
        self._shown = ""
        self._tries = 0
        self._ended = False
        self._news = False
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.quiet = asyncio.Event()

    @property
    def broken(self) -> bool:
        """The platform will take no more of this reply."""
        return self._over.done()

    def add(self, text: str) -> None:
        """More of the answer has come; constant work."""
        self._segmenter.feed(text)
        self._news = True
        self._ask()

    async def end(self, note: str = "") -> None:
        """The answer is whole, but for a note; returns when the final text is shown. Raises PlatformTrouble."""
        self._segmenter.feed(note)
        self._ended = self._news = True
        self._ask()
        try:
            await asyncio.shield(self._over)
        finally:
            self._writes.settle(self, self._surface.edits)
            self._writes.leave(self, self._surface.posts, self._surface.edits)

    async def write(self) -> bool:
        """Write the latest text, if it is news; called by `Writes` when it is this reply's turn."""
        self._news = False
        self._segmenter.cut()
        closing = self._closing
        segment = self._segment(closing)
        text = segment.shown if segment.piece.strip() else ""
        if text in ("", self._shown):
            self._written(closing)
            return False
        try:
            await self._put(text, closing)
        except PlatformTrouble as trouble:
            self._failed(trouble, closing)
        except Exception as error:
            self._break(error)
        else:
            self._written(closing and self._shown == text)
        return True

    @property
    def _closing(self) -> bool:
        """The segment that is being shown will not change any more."""
        return self._ended or self._number < len(self._segmenter.sealed)

    def _segment(self, closing: bool) -> Segment:
        if self._number < len(self._segmenter.sealed):
            return self._segmenter.sealed[self._number]
        return self._segmenter.final() if closing else self._segmenter.preview()

    async def _put(self, text: str, closing: bool) -> None:
        if self._message_id is not None:
            await self._surface.edit(self._message_id, text)
            self._shown = text
        else:
            self._message_id = await self._surface.open(text, f"{self._token}.{self._number}")
            # An earlier try may have posted an older text after all: the next edit makes it sure.
            self._shown = text if self._tries == 0 else ""
            self._news = self._news or not self._shown
            if not closing or not self._shown:
                self._writes.owe(self, self._surface.edits)
            self.quiet.set()
            await self._keep(self._number, self._message_id)
        self._tries = 0

    def _written(self, closed: bool) -> None:
        """Go on: to the next segment when this one is closed, to the end when it was the last."""
        if closed:
            self._writes.settle(self, self._surface.edits)
            if self._number == len(self._segmenter.sealed):
                self._finish()
                return
            self._number, self._message_id, self._shown, self._news = self._number + 1, None, "", True
        if self._news:
            asyncio.get_running_loop().call_soon(self._ask)

    def _ask(self) -> None:
        if self.claim.writing or self._over.done():
            return
        want, limited = self._want()
        if self.claim.want is not want:
            self._writes.ask(self, want, limited, self._surface.edits)

    def _want(self) -> tuple[Want, Limited]:
        if self._message_id is None:
            return (Want.WHOLE if self._closing else Want.FIRST), self._surface.posts
        return (Want.FINAL if self._closing else Want.PREVIEW), self._surface.edits

    def _failed(self, trouble: PlatformTrouble, closing: bool) -> None:
        """Try again what may go through later; a preview is simply dropped, as a later text replaces it."""
        _, limited = self._want()
        log.info("write.failed", key=limited.key, kind=trouble.kind.value, code=trouble.code, tries=self._tries)
        if trouble.kind is Kind.LIMITED:
            self._writes.pause(limited, trouble.retry_after_s or limited.rate.gap_s)
            self._retry_in(0.0)
            return
        self._tries += 1
        if trouble.kind not in (Kind.TRANSIENT, Kind.UNKNOWN) or self._tries >= TRIES:
            self._break(trouble)
        elif closing or self._message_id is None:
            self._retry_in(min(0.5 * 2**self._tries, LONGEST_PAUSE_S))

    def _retry_in(self, seconds: float) -> None:
        self._news = True
        asyncio.get_running_loop().call_later(seconds, self._ask)

    def _break(self, error: Exception) -> None:
        if not self._over.done():
            self._over.set_exception(error)
            self._over.exception()
            self.quiet.set()

    def _finish(self) -> None:
        if not self._over.done():
            self._over.set_result(None)
            self.quiet.set()

"""One reply as it grows on its surface: the latest text is written whenever the reply's turn comes.

The model's stream only adds text and asks for a turn; it never waits for a platform. One write of a reply is under way
at a time, so no write can overtake a later one, and the final text is always the last.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from core.errors import Frozen, HeldBack, Kind, PlatformTrouble
from core.pacing import Claim, Want
from core.segments import Segmenter
from core.surface import Controls, Limited, Surface
from core.traces import Traces, Untraced
from core.writes import Writes

log = structlog.get_logger()

TRIES = 8
LONGEST_PAUSE_S = 15.0
FILE_NAME = "answer.md"


@dataclass(frozen=True, slots=True)
class Shown:
    """What one message shows; `hint` is the line below the answer's own text, which goes with the next text."""

    text: str
    controls: Controls
    hint: str = ""

    @property
    def whole(self) -> str:
        return "\n\n".join(part for part in (self.text, self.hint) if part)


class Display:
    """Shows one reply.

    `token` names it for posts that must not be made twice. `keep(number, message_id)` is awaited as soon as the
    platform id of a message is known. `existing` are messages to write into before any is posted: those of an earlier
    version. Past `most` messages the rest of the answer is attached as a file, once it is whole. `taken_over` holds
    when another process may have posted any of them already; `confirm` is awaited before each write, and raises when
    one shows it now.

    `opened_at` is when the newest message was posted, by the loop's clock; None when only older ones were written into.
    `first_shown_at` is when a text was there for people to read; None before.
    `quiet` is set once no sign of work is needed any more: a text is visible, or none ever will be.
    """

    def __init__(
        self,
        surface: Surface,
        writes: Writes,
        token: str,
        keep: Callable[[int, str], Awaitable[None]],
        *,
        existing: tuple[str, ...] = (),
        most: int = 1_000,
        taken_over: bool = False,
        confirm: Callable[[], Awaitable[None]] | None = None,
        traces: Traces | None = None,
    ) -> None:
        self.claim = Claim()
        self.opened_at: float | None = None
        self.first_shown_at: datetime | None = None
        self._surface = surface
        self._writes = writes
        self._token = token
        self._keep = keep
        self._existing = list(existing)
        self._most = most
        self._taken_over = taken_over
        self._confirm = confirm
        self._traces = traces or Untraced()
        self._segmenter = Segmenter(surface.text_limit, surface.weigh)
        self._number = 0
        self._message_id = self._next_existing()
        self._inherited = self._message_id is not None
        self._shown: Shown | None = None
        self._tries = 0
        self._ended = False
        self._news = False
        self._hint = self._note = ""
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.quiet = asyncio.Event()

    @property
    def messages(self) -> int:
        """How many messages show the reply; complete when `end` has returned."""
        return self._number + 1

    @property
    def broken(self) -> bool:
        """The platform will take no more of this reply."""
        return self._over.done()

    def add(self, text: str) -> None:
        """More of the answer has come; constant work."""
        self._segmenter.feed(text)
        self._hint, self._news = "", True
        self._ask()

    def hint(self, line: str) -> None:
        """Say below the text so far what is being done, in one line, until another line or more text comes."""
        if line != self._hint and self._surface.takes_back:
            self._hint, self._news = line, True
            self._ask()

    async def end(self, note: str = "") -> None:
        """The answer is whole, but for a note; returns when the final text is shown. Raises PlatformTrouble."""
        self._segmenter.feed(note)
        self._note = note.strip()
        self._ended = self._news = True
        self._ask()
        try:
            await asyncio.shield(self._over)
            await self._remove_leftovers()
        finally:
            self._writes.settle(self, self._surface.edits)
            self._writes.leave(self, self._surface.posts, self._surface.edits)

    def abandon(self, error: Exception) -> None:
        """Write nothing more: another process shows this reply now."""
        self._break(error)
        self._writes.settle(self, self._surface.edits)
        self._writes.leave(self, self._surface.posts, self._surface.edits)

    async def confirm(self) -> None:
        """Raises when another process shows this reply now."""
        if self._confirm is not None:
            await self._confirm()

    async def write(self) -> bool:
        """Write the latest text, if it is news; called by `Writes` when it is this reply's turn."""
        self._news = False
        self._segmenter.cut()
        closing = self._closing
        latest = self._latest(closing)
        if latest is None or latest == self._shown:
            self._owe_nothing_unopened()
            self._written(closing)
            return False
        try:
            with self._traces.span("write", segment=self._number, closing=closing):
                await self._put(latest, closing)
        except PlatformTrouble as trouble:
            self._failed(trouble, closing)
        except Exception as error:
            self._break(error)
        else:
            self._written(closing and self._shown == latest)
        return True

    @property
    def _closing(self) -> bool:
        """The message that is being shown will not change any more; the last one before a file can be stopped below."""
        return self._ended or (self._number < len(self._segmenter.sealed) and self._number + 1 < self._most)

    @property
    def _overflows(self) -> bool:
        return self._number >= self._most

    @property
    def _untouched(self) -> bool:
        """The current message is one of an earlier version that nothing was written into yet: it may be gone."""
        return self._inherited and self._shown is None

    @property
    def _last(self) -> bool:
        return self._overflows or self._number >= len(self._segmenter.sealed)

    def _latest(self, closing: bool) -> Shown | None:
        """What the current message should show by now; None when there is nothing to be shown yet."""
        if self._overflows:
            rest = self._segmenter.rest(self._number)
            return Shown(rest, Controls.SETTLED) if rest.strip() else None
        if self._number < len(self._segmenter.sealed):
            segment = self._segmenter.sealed[self._number]
        else:
            segment = self._segmenter.final() if closing else self._segmenter.preview()
        controls = Controls.WORKING if not closing else Controls.SETTLED if self._last else Controls.NONE
        hint = self._hint if self._hint and controls is Controls.WORKING and self._has_room(segment.shown) else ""
        shown = Shown(segment.shown if segment.piece.strip() else "", controls, hint)
        return shown if shown.whole else None

    def _has_room(self, text: str) -> bool:
        return self._surface.weigh(f"{text}\n\n{self._hint}") <= self._surface.text_limit

    async def _put(self, latest: Shown, closing: bool) -> None:
        await self.confirm()
        if self._message_id is not None:
            await self._surface.edit(self._message_id, latest.whole, latest.controls)
            self._shown = latest
        else:
            self._message_id = await self._open(latest)
            self.opened_at = asyncio.get_running_loop().time()
            # An earlier try may have posted an older text after all: the next edit makes it sure.
            is_certain = self._tries == 0 and not self._taken_over
            self._shown = latest if is_certain or self._overflows else None
            self._news = self._news or self._shown is None
            await self._keep(self._number, self._message_id)
        if not closing or self._shown is None:
            self._writes.owe(self, self._surface.edits)
        if latest.text:
            self.first_shown_at = self.first_shown_at or datetime.now(UTC)
        self.quiet.set()
        self._tries = 0

    async def _open(self, latest: Shown) -> str:
        token = f"{self._token}.{self._number}"
        if self._overflows:
            return await self._surface.attach(FILE_NAME, latest.text, token, latest.controls, self._note)
        return await self._surface.open(latest.whole, token, latest.controls)

    def _written(self, closed: bool) -> None:
        """Go on: to the next message when this one is closed, to the end when it was the last."""
        if closed:
            self._writes.settle(self, self._surface.edits)
            if self._last:
                self._finish()
                return
            self._number, self._shown, self._news = self._number + 1, None, True
            self._message_id = self._next_existing()
            self._inherited = self._message_id is not None
        if self._news:
            asyncio.get_running_loop().call_soon(self._ask)

    def _next_existing(self) -> str | None:
        """Those that would stand above a message that was posted meanwhile are removed at the end."""
        usable = self._existing and not self._overflows and self.opened_at is None
        return self._existing.pop(0) if usable else None

    async def _remove_leftovers(self) -> None:
        """A shorter version needs fewer messages than the one before."""
        for message_id in self._existing:
            try:
                await self._surface.remove(message_id)
            except PlatformTrouble as trouble:
                log.info("leftover.not_removed", message=message_id, code=trouble.code)

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
        """Try again what may go through later; a preview is simply dropped for a later text, come or still to come."""
        self._owe_nothing_unopened()
        _, limited = self._want()
        log.info("write.failed", key=limited.key, kind=trouble.kind.value, code=trouble.code, tries=self._tries)
        if trouble.kind is Kind.LIMITED and self._tries < TRIES:
            self._tries += trouble.retry_after_s is None
            wait_s = trouble.retry_after_s or min(limited.rate.gap_s * 2**self._tries, LONGEST_PAUSE_S)
            self._writes.pause(limited, wait_s, refused=not isinstance(trouble, HeldBack))
            self._retry_in(0.0)
            return
        gone = isinstance(trouble, Frozen) or (trouble.kind is Kind.MISSING and self._untouched)
        if gone and self._message_id is not None:
            self._message_id, self._inherited = None, False
            self._retry_in(0.0)
            return
        self._tries += 1
        if trouble.kind not in (Kind.TRANSIENT, Kind.UNKNOWN) or self._tries >= TRIES:
            self._break(trouble)
        elif closing or self._news or self._message_id is None:
            self._retry_in(min(0.5 * 2**self._tries, LONGEST_PAUSE_S))

    def _owe_nothing_unopened(self) -> None:
        """A message that was not opened after all owes no final edit."""
        if self._message_id is None:
            self._writes.settle(self, self._surface.edits)

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

"""One reply, from its trigger to its settled end."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import structlog

from core import signs
from core.display import Display
from core.drafting import Drafting
from core.drafts import Draft, closing_note, failure, not_shown, outcome_of, recorded
from core.errors import ModelTrouble, OverCap, PlatformTrouble
from core.ledger import Ledger
from core.metrics import waited_s
from core.resuming import left_behind
from core.screening import Withheld
from core.settings import Settings
from core.surface import Surface, SurfaceOf
from core.telemetry import Telemetry
from core.traces import Span
from core.writes import Writes
from storage import replies
from storage.claims import Work
from storage.database import Database
from storage.replies import Fenced, Outcome
from storage.states import ReplyState
from storage.tool_turns import TakenOver

log = structlog.get_logger()


class Replies:
    """Makes replies: asks the model, shows the answer while it grows, and stores what came of it."""

    def __init__(
        self,
        database: Database,
        drafting: Drafting,
        writes: Writes,
        settings: Settings,
        surface_of: SurfaceOf,
        ledger: Ledger,
        telemetry: Telemetry | None = None,
    ) -> None:
        self._database = database
        self._drafting = drafting
        self._writes = writes
        self._settings = settings
        self._surface_of = surface_of
        self._ledger = ledger
        self._telemetry = telemetry or Telemetry()
        self._streams: dict[int, tuple[asyncio.Task[None], Draft]] = {}
        self._settling: dict[int, asyncio.Event] = {}

    async def make(self, work: Work) -> bool:
        """Answer one trigger and settle its reply; false when another process has taken it over meanwhile.

        Only a database that fails is raised.
        """
        ids = {"reply": work.reply_id, "thread": work.thread_id}
        span = self._telemetry.traces.whole("reply", **ids, version=work.version, platform=work.platform.value)
        with structlog.contextvars.bound_contextvars(**ids), span as reply:
            return await self._made(work, reply)

    async def _made(self, work: Work, reply: Span) -> bool:
        log.info("reply.started", platform=work.platform.value, turns=len(work.turns))
        surface = self._surface_of(work)
        display = self._display(surface, work)
        left = left_behind(work, makes_anew=self._ledger.shared)
        draft = left or Draft()
        with self._looked_after(work, draft, display):
            async with signs.shown(surface, display) as sign:
                if left is None:
                    await self._draft(work, surface, display, draft)
                elif left.text:
                    display.add(left.text)
                with self._being_settled(work.reply_id):
                    outcome = await self._shown(draft, display, f"r{work.reply_id}")
                    await sign
                    return outcome is not None and await self._concluded(work, draft, outcome, surface, display, reply)

    async def _concluded(
        self, work: Work, draft: Draft, outcome: Outcome, surface: Surface, display: Display, reply: Span
    ) -> bool:
        """Store how a reply ended whose final text is there; false when another process has taken it over."""
        if outcome.state is ReplyState.DONE:
            outcome = await self._pointed_to(outcome, work, surface, display)
        bill = await self._drafting.bill(work, draft)
        outcome = replace(outcome, first_shown_at=display.first_shown_at, bill=bill)
        outcome = recorded(outcome, work, draft, self._settings.history_messages)
        settled = await self._settle(work, outcome, failure(outcome, draft), reply)
        if settled:
            self._drafting.look_back(work, draft)
        return settled

    @contextmanager
    def _looked_after(self, work: Work, draft: Draft, display: Display) -> Iterator[None]:
        """Have what is said written down meanwhile; whoever calls this off has nothing more written by it."""

        def give_up() -> None:
            display.abandon(Fenced(f"reply {work.reply_id} is run by another process"))
            if work.reply_id in self._streams:
                self._streams[work.reply_id][0].cancel()

        try:
            with self._ledger.keeping(work, draft, partial(self.stop, work.reply_id), give_up):
                yield
        except asyncio.CancelledError:
            give_up()
            raise

    async def _shown(self, draft: Draft, display: Display, reference: str) -> Outcome | None:
        """How the reply ended once its final text is there; None when another process has taken it over."""
        outcome = outcome_of(draft)
        try:
            await display.end(closing_note(draft, reference))
            outcome = replace(outcome, messages=display.messages)
        except PlatformTrouble as trouble:
            return not_shown(outcome, trouble)
        except Fenced:
            log.warning("reply.fenced")
            return None
        return outcome

    async def _pointed_to(self, outcome: Outcome, work: Work, surface: Surface, display: Display) -> Outcome:
        """Point to an answer that grew for long, where it is wanted: people may have looked away meanwhile."""
        after_s, opened_at = self._settings.notify_after_s, display.opened_at
        if not after_s or opened_at is None or asyncio.get_running_loop().time() - opened_at < after_s:
            return outcome
        try:
            message_id = await surface.point(f"r{work.reply_id}.{work.version}.done")
            await self._keeper(work)(replies.POINTER, message_id)
        except (PlatformTrouble, Fenced) as trouble:
            log.info("reply.not_pointed_to", reason=str(trouble))
            return outcome
        return replace(outcome, pointed=True)

    def stop(self, reply_id: int) -> bool:
        """A person stops a reply: its text so far stays. False when it does not run here."""
        if reply_id not in self._streams:
            return False
        stream, draft = self._streams[reply_id]
        draft.stopped = True
        stream.cancel()
        return True

    async def settled(self, reply_id: int) -> None:
        """Returns once a reply whose model has ended is settled: people can press what is shown a moment earlier."""
        if reply_id in self._settling:
            await self._settling[reply_id].wait()

    def interrupt(self) -> None:
        """End every model stream now; their replies keep what they have and are settled as interrupted."""
        for stream, draft in self._streams.values():
            draft.interrupted = True
            stream.cancel()

    @contextmanager
    def _being_settled(self, reply_id: int) -> Iterator[None]:
        over = self._settling[reply_id] = asyncio.Event()
        try:
            yield
        finally:
            over.set()
            if self._settling.get(reply_id) is over:
                del self._settling[reply_id]

    def _display(self, surface: Surface, work: Work) -> Display:
        return Display(
            surface,
            self._writes,
            f"r{work.reply_id}.{work.version}",
            self._keeper(work),
            existing=work.segments,
            taken_over=work.attempt > 1,
            confirm=partial(self._ledger.confirm, work) if self._ledger.shared else None,
            most=min(self._settings.max_messages, surface.most_messages),
            traces=self._telemetry.traces.here(),
        )

    async def _draft(self, work: Work, surface: Surface, display: Display, draft: Draft) -> None:
        if not any(turn.text.strip() or turn.files for turn in work.turns):
            draft.unasked = True
            return
        stream = asyncio.create_task(self._drafting.fill(work, surface, display, draft))
        running = self._streams[work.reply_id] = (stream, draft)
        try:
            await asyncio.wait({stream}, timeout=surface.lasts_s)
            if not stream.done():
                log.info("reply.stopped", by="surface")
                draft.stopped = True
                stream.cancel()
                await asyncio.wait({stream})
            if not stream.cancelled():
                stream.result()
        except ModelTrouble as trouble:
            draft.trouble = trouble
            log.warning("model.failed", fault=trouble.fault.value, code=trouble.code)
        except OverCap as refusal:
            draft.refused = str(refusal)
        except Withheld as withheld:
            draft.withheld = str(withheld)
            log.info("reply.withheld")
        except (TakenOver, Fenced) as error:
            display.abandon(Fenced(str(error)))
        finally:
            if self._streams.get(work.reply_id) is running:
                del self._streams[work.reply_id]
            stream.cancel()
        if display.first_shown_at is not None:
            self._ledger.hurry()

    def _keeper(self, work: Work) -> Callable[[int, str], Awaitable[None]]:
        async def keep(number: int, message_id: str) -> None:
            await self._database.run(replies.add_segment, work, number, message_id)

        return keep

    async def _settle(self, work: Work, outcome: Outcome, why: str, reply: Span) -> bool:
        try:
            with self._telemetry.traces.span("settle"):
                await self._database.run(replies.settle, work, outcome)
        except Fenced:
            log.warning("reply.fenced")
            return False
        self._telemetry.metrics.settled(work, outcome, why)
        reply.note(state=outcome.state.value, attempt=work.attempt, messages=outcome.messages)
        if why:
            reply.fail(why)
        log.info(
            "reply.settled",
            state=outcome.state.value,
            error=outcome.error,
            model=outcome.model,
            tokens_in=outcome.tokens_in,
            tokens_out=outcome.tokens_out,
            after_s=round(waited_s(work, datetime.now(UTC)), 3),
        )
        return True

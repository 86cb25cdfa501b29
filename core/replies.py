"""One reply, from its trigger to its settled end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace

import structlog

from core import history, texts
from core.completion import Completion, Finish
from core.display import Display
from core.errors import ImagesRefused, Kind, ModelTrouble, PlatformTrouble
from core.settings import Settings
from core.surface import Surface
from core.writes import Writes
from storage import replies
from storage.claims import Work
from storage.database import Database
from storage.replies import Fenced, Outcome
from storage.states import ReplyState

log = structlog.get_logger()

SIGN_AFTER_S = 0.7

SurfaceOf = Callable[[Work], Surface]


@dataclass(slots=True)
class Draft:
    """What the model has said so far, and how it ended."""

    texts: list[str] = field(default_factory=list)
    finish: Finish = field(default_factory=Finish)
    trouble: ModelTrouble | None = None
    left_out: str = ""
    unasked: bool = False
    stopped: bool = False
    interrupted: bool = False

    @property
    def text(self) -> str:
        return "".join(self.texts)


class Replies:
    """Makes replies: asks the model, shows the answer while it grows, and stores what came of it."""

    def __init__(
        self, database: Database, completion: Completion, writes: Writes, settings: Settings, surface_of: SurfaceOf
    ) -> None:
        self._database = database
        self._completion = completion
        self._writes = writes
        self._settings = settings
        self._surface_of = surface_of
        self._streams: dict[int, tuple[asyncio.Task[None], Draft]] = {}
        self._settling: dict[int, asyncio.Event] = {}

    async def make(self, work: Work) -> None:
        """Answer one trigger and settle its reply. Only a database that fails is raised."""
        with structlog.contextvars.bound_contextvars(reply=work.reply_id, thread=work.thread_id):
            log.info("reply.started", platform=work.platform.value, turns=len(work.turns))
            surface = self._surface_of(work)
            display = self._display(surface, work)
            async with self._signed(surface, display) as sign:
                draft = await self._draft(work, display)
                with self._being_settled(work.reply_id):
                    outcome = await self._shown(draft, display, f"r{work.reply_id}")
                    await sign
                    if outcome is not None and outcome.state is ReplyState.DONE:
                        outcome = await self._pointed_to(outcome, work, surface, display)
                    if outcome is not None:
                        await self._settle(work, outcome)

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
            await self._keeper(work)(outcome.messages, message_id)
        except (PlatformTrouble, Fenced) as trouble:
            log.info("reply.not_pointed_to", reason=str(trouble))
            return outcome
        return replace(outcome, messages=outcome.messages + 1)

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

    @asynccontextmanager
    async def _signed(self, surface: Surface, display: Display) -> AsyncIterator[asyncio.Task[None]]:
        """Show the sign of work meanwhile, and take it away whatever happens."""
        sign = asyncio.create_task(self._sign(surface, display))
        try:
            yield sign
        finally:
            sign.cancel()
            await surface.rest()

    @contextmanager
    def _being_settled(self, reply_id: int) -> Iterator[None]:
        self._settling[reply_id] = asyncio.Event()
        try:
            yield
        finally:
            self._settling.pop(reply_id).set()

    def _display(self, surface: Surface, work: Work) -> Display:
        return Display(
            surface,
            self._writes,
            f"r{work.reply_id}.{work.version}",
            self._keeper(work),
            existing=work.segments,
            most=min(self._settings.max_messages, surface.most_messages),
        )

    async def _draft(self, work: Work, display: Display) -> Draft:
        draft = Draft()
        if not any(turn.text.strip() or turn.files for turn in work.turns):
            draft.unasked = True
            return draft
        stream = asyncio.create_task(self._stream(work, display, draft))
        self._streams[work.reply_id] = (stream, draft)
        try:
            await asyncio.wait({stream})
            if not stream.cancelled():
                stream.result()
        except ModelTrouble as trouble:
            draft.trouble = trouble
            log.warning("model.failed", kind=trouble.kind.value, code=trouble.code)
        finally:
            del self._streams[work.reply_id]
            stream.cancel()
        return draft

    async def _stream(self, work: Work, display: Display, draft: Draft) -> None:
        try:
            await self._ask(work, display, draft, sees=self._completion.sees)
        except ImagesRefused:
            await self._ask(work, display, draft, sees=False)

    async def _ask(self, work: Work, display: Display, draft: Draft, *, sees: bool) -> None:
        budget = self._settings.context_tokens - self._settings.answer_tokens
        request = history.request(work, self._settings.house_rules, budget, sees=sees)
        draft.left_out = texts.files_left_out(request.left_out) if request.left_out else ""
        async with self._completion.answer(request.messages) as answer:
            draft.finish = answer.finish
            async for text in answer:
                if display.broken:
                    return
                draft.texts.append(text)
                display.add(text)

    async def _sign(self, surface: Surface, display: Display) -> None:
        """Show the platform's own sign of work until the first text is there, if that takes a moment."""
        pause_s = SIGN_AFTER_S
        while not display.quiet.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(display.quiet.wait(), pause_s)
                return
            try:
                await surface.working()
            except PlatformTrouble as trouble:
                log.debug("working.failed", code=trouble.code)
                return
            pause_s = surface.working_s

    def _keeper(self, work: Work) -> Callable[[int, str], Awaitable[None]]:
        async def keep(number: int, message_id: str) -> None:
            await self._database.run(replies.add_segment, work, number, message_id)

        return keep

    async def _settle(self, work: Work, outcome: Outcome) -> None:
        try:
            await self._database.run(replies.settle, work, outcome)
        except Fenced:
            log.warning("reply.fenced")
            return
        log.info(
            "reply.settled",
            state=outcome.state.value,
            error=outcome.error,
            tokens_in=outcome.tokens_in,
            tokens_out=outcome.tokens_out,
        )


def outcome_of(draft: Draft) -> Outcome:
    """What is stored of a draft: the model's own words, never a note of ours."""
    state, error = ReplyState.DONE, ""
    if draft.stopped:
        state = ReplyState.STOPPED
    elif draft.interrupted:
        state = ReplyState.INTERRUPTED
    elif draft.trouble is not None:
        state, error = ReplyState.FAILED, str(draft.trouble)
    elif not draft.text.strip():
        state, error = ReplyState.FAILED, "no_question" if draft.unasked else "empty"
    elif not draft.finish.reason:
        state, error = ReplyState.FAILED, "cut_off"
    finish = draft.finish
    return Outcome(
        state=state,
        text=draft.text,
        error=error,
        model=finish.model,
        finish_reason=finish.reason,
        tokens_in=finish.tokens_in,
        tokens_out=finish.tokens_out,
    )


def not_shown(outcome: Outcome, trouble: PlatformTrouble) -> Outcome:
    """The platform took no more of the reply: a person deleted it, or it failed."""
    gone = trouble.kind is Kind.MISSING
    log.warning("reply.not_shown", kind=trouble.kind.value, code=trouble.code)
    return replace(outcome, state=ReplyState.STOPPED if gone else ReplyState.FAILED, error=str(trouble))


def closing_note(draft: Draft, reference: str) -> str:
    """What is shown below (or instead of) an answer that is not whole, or not to everything; empty for others."""
    notes = [note for note in (draft.left_out, _note(draft, reference)) if note]
    if not draft.text.strip():
        return "\n\n".join(reversed(notes))
    return "".join(f"\n\n_{note}_" for note in notes)


def _note(draft: Draft, reference: str) -> str:
    if draft.stopped:
        return texts.STOPPED
    if draft.interrupted:
        return texts.INTERRUPTED
    if draft.trouble is not None:
        return texts.model_trouble(draft.trouble, reference)
    if draft.unasked:
        return texts.NO_QUESTION
    if not draft.text.strip():
        return texts.EMPTY_ANSWER
    return texts.ENDINGS.get(draft.finish.reason, "")

"""Writes down what live replies say, so that another process can go on with them, and reads what others ask of them.

One transaction at a time does it for all replies of this process, however many there are and however fast they grow.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import structlog

from core.drafts import Draft
from storage import ledger
from storage.claims import Work
from storage.database import Database
from storage.ledger import Row, SoFar
from storage.replies import Fenced

log = structlog.get_logger()

WRITTEN_EVERY_S = 1.0
# Another process may ask for the end of a reply at any moment; people expect it to end within a second.
ASKED_EVERY_S = 0.3
# Less than what other processes wait before they think this one dead (`core.rescue`).
TRUSTED_S = 1.5
# Answers that end at the same moment are written down together.
TOGETHER_S = 0.02


@dataclass(slots=True, eq=False)
class Entry:
    """One live reply: `stop` ends it with what it has, `give_up` without another word.

    It was this process's to write at `confirmed_at`, by the loop's clock.
    """

    work: Work
    draft: Draft
    stop: Callable[[], object]
    give_up: Callable[[], object]
    confirmed_at: float
    written: SoFar | None = None


class Ledger:
    """The live replies of this process. `shared` holds when other processes have a say in them."""

    def __init__(self, database: Database, *, shared: bool) -> None:
        self.shared = shared
        self._database = database
        self._pause_s = ASKED_EVERY_S if shared else WRITTEN_EVERY_S
        self._entries: dict[int, Entry] = {}
        self._written_at = float("-inf")
        self._hurried = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def keeping(
        self, work: Work, draft: Draft, stop: Callable[[], object], give_up: Callable[[], object]
    ) -> Iterator[None]:
        """Look after a reply for as long as the block runs.

        A process that was thought dead may take up again what it still makes: what it made until then is over.
        """
        if earlier := self._entries.get(work.reply_id):
            earlier.give_up()
        entry = self._entries[work.reply_id] = Entry(work, draft, stop, give_up, _now())
        try:
            yield
        finally:
            if self._entries.get(work.reply_id) is entry:
                del self._entries[work.reply_id]

    async def confirm(self, work: Work) -> None:
        """Raise Fenced when another process runs this reply now.

        Only one that was silent for long need ask: others may have thought it dead meanwhile.
        """
        entry = self._entries.get(work.reply_id)
        if entry and entry.work.epoch == work.epoch and _now() - entry.confirmed_at < TRUSTED_S:
            return
        for row in await self._database.run(ledger.rows_of, [work.reply_id]):
            if row.epoch > work.epoch:
                raise Fenced(f"reply {work.reply_id} is run by another process")

    def hurry(self) -> None:
        """An answer is whole: write it down at once, in case that the process goes down before it is settled."""
        self._written_at = float("-inf")
        self._hurried.set()

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause_s):
                    await self._hurried.wait()
                await asyncio.sleep(TOGETHER_S)
            self._hurried.clear()
            try:
                if self._entries:
                    await self._look(_now())
            except Exception as error:
                log.warning("ledger.not_written", error=type(error).__name__)

    async def _look(self, now: float) -> None:
        """Write down what is new, if it is time, and do what the rows of the replies ask for."""
        changed: list[tuple[Entry, SoFar]] = []
        if now - self._written_at >= WRITTEN_EVERY_S:
            self._written_at = now
            changed = [
                (entry, said) for entry in self._entries.values() if (said := so_far(entry.draft)) != entry.written
            ]
        rows = await self._database.run(
            ledger.look,
            [(entry.work.reply_id, entry.work.epoch, said) for entry, said in changed],
            list(self._entries),
        )
        for entry, said in changed:
            entry.written = said
        for row in rows:
            self._obey(row, now)

    def _obey(self, row: Row, now: float) -> None:
        entry = self._entries.get(row.reply_id)
        if entry is None or not row.is_running:
            return
        if row.epoch == entry.work.epoch:
            entry.confirmed_at = now
        else:
            log.warning("reply.fenced", reply=row.reply_id)
            entry.give_up()
        if row.stop_asked:
            entry.stop()


def _now() -> float:
    return asyncio.get_running_loop().time()


def so_far(draft: Draft) -> SoFar:
    finish = draft.finish
    return SoFar(draft.text, finish.end, finish.model, finish.tokens_in, finish.tokens_out)

"""Does what exactly one of several processes may do at a time, for as long as this process leads."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog

from storage.leadership import Leadership

log = structlog.get_logger()

LOOK_S = 1.0

# Runs until it is cancelled.
Duty = Callable[[], Awaitable[None]]


class Clock:
    """Begins its duties when this process comes to lead, and ends them when it does so no more."""

    def __init__(self, leadership: Leadership, duties: Sequence[Duty], told: Callable[[bool], object]) -> None:
        self._leadership = leadership
        self._duties = duties
        self._told = told
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="clock")
        self._working: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Look again and again whether this process leads; `told` hears of it at first and when it changes."""
        leads: bool | None = None
        try:
            while True:
                now_leads = await asyncio.get_running_loop().run_in_executor(self._thread, self._leads)
                if now_leads is not leads:
                    leads = now_leads
                    self._told(leads)
                    await (self._begin() if leads else self._end())
                await asyncio.sleep(LOOK_S)
        finally:
            await self._end()
            self._thread.submit(self._leadership.resign).result()
            self._thread.shutdown()

    def _leads(self) -> bool:
        try:
            return self._leadership.leads()
        except Exception as error:
            log.warning("clock.unsure", error=type(error).__name__)
            return False

    async def _begin(self) -> None:
        log.info("clock.leads")
        self._working = asyncio.create_task(self._work())

    async def _work(self) -> None:
        async with asyncio.TaskGroup() as duties:
            for duty in self._duties:
                duties.create_task(self._lasting(duty))

    async def _lasting(self, duty: Duty) -> None:
        """A duty that breaks is begun anew."""
        while True:
            try:
                await duty()
            except Exception:
                log.exception("duty.broke")
            await asyncio.sleep(LOOK_S)

    async def _end(self) -> None:
        if self._working is not None:
            self._working.cancel()
            await asyncio.wait({self._working})
            self._working = None
            log.info("clock.leads_no_more")

"""`/metrics`: everything that is counted, in Prometheus' text format, for those who may see it.

Without a token it is open, unless the port is one that others reach, too: then it stays shut until a token is set.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from time import monotonic

import structlog
from aiohttp import web

from bots.readiness import Readiness
from core.metrics import Metrics
from core.settings import Settings
from storage import standings
from storage.database import Database
from storage.states import ReplyState

log = structlog.get_logger()

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SHUT = "Set PARLEY_METRICS_TOKEN: this port is reached by others, too.\n"
# What is looked at for each scrape may take no longer.
PATIENCE_S = 3.0
SAMPLE_EVERY_S = 0.1

Measure = Callable[[], Awaitable[None]]


class Scraping:
    """Answers `/metrics`; what only stands is measured when it is asked for."""

    def __init__(self, settings: Settings, database: Database, metrics: Metrics, readiness: Readiness) -> None:
        self._token = settings.metrics_token.get_secret_value()
        self._is_shut = not self._token and is_reached_by_others(settings)
        self._database = database
        self._metrics = metrics
        self._readiness = readiness
        self._measures: list[Measure] = [self._look_at_parts, self._look_at_queue]
        self._under_way: dict[Measure, asyncio.Task[None]] = {}

    @property
    def routes(self) -> list[web.RouteDef]:
        return [web.get("/metrics", self._serve)]

    def add(self, *measures: Measure) -> None:
        """Further things to measure."""
        self._measures += measures

    async def sample(self) -> None:
        """Watch how late the event loop's timers are once the process has started, until cancelled."""
        while True:
            due_at = monotonic() + SAMPLE_EVERY_S
            await asyncio.sleep(SAMPLE_EVERY_S)
            if self._readiness.has_started:
                self._metrics.late(max(monotonic() - due_at, 0.0))

    async def _serve(self, request: web.Request) -> web.Response:
        if self._is_shut:
            raise web.HTTPForbidden(text=SHUT)
        if self._token and not self._is_known(request.headers.get("Authorization", "")):
            raise web.HTTPUnauthorized(headers={"WWW-Authenticate": "Bearer"})
        await asyncio.gather(*(self._measured(measure) for measure in self._measures))
        self._metrics.tasks(len(asyncio.all_tasks()))
        return web.Response(body=self._metrics.text(), headers={"Content-Type": CONTENT_TYPE})

    def _is_known(self, authorization: str) -> bool:
        return hmac.compare_digest(authorization.encode(errors="surrogateescape"), f"Bearer {self._token}".encode())

    async def close(self) -> None:
        """Wait for nothing any more."""
        for task in self._under_way.values():
            task.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def _measured(self, measure: Measure) -> None:
        """What cannot be measured in time is told as it was, and not measured again meanwhile."""
        task = self._under_way.get(measure)
        if task is None:
            task = self._under_way[measure] = asyncio.create_task(self._guarded(measure))
            task.add_done_callback(lambda _: self._under_way.pop(measure))
        await asyncio.wait({task}, timeout=PATIENCE_S)

    async def _guarded(self, measure: Measure) -> None:
        try:
            await measure()
        except Exception as error:
            log.warning("metrics.not_measured", error=type(error).__name__)

    async def _look_at_parts(self) -> None:
        for name, found in (await self._readiness.look()).items():
            self._metrics.pinged(name, well=found.well, seconds=found.ms / 1_000)

    async def _look_at_queue(self) -> None:
        found = await self._database.run(standings.unsettled_by_state)
        since = found[ReplyState.QUEUED].since
        oldest_s = (datetime.now(UTC) - since).total_seconds() if since is not None else 0.0
        self._metrics.queued({state.value: waiting.count for state, waiting in found.items()}, oldest_s)


def is_reached_by_others(settings: Settings) -> bool:
    """Whether PORT answers somebody besides what watches Parley: Slack, people who install it, or browsers."""
    secrets = (settings.slack_signing_secret, settings.admin_token)
    return settings.has_many_slack_workspaces or any(secret.get_secret_value() for secret in secrets)

"""Offers whoever edited a question that was answered already to answer it anew: once for each version of the answer."""

import structlog

from core.errors import PlatformTrouble
from core.newest import Newest
from core.pacing import Claim, Want
from core.surface import Surface, SurfaceOf
from core.writes import Writes
from storage import changes, claims
from storage.changes import Answered
from storage.database import Database

log = structlog.get_logger()

MOST = 10_000


class Offers:
    def __init__(self, database: Database, writes: Writes, surface_of: SurfaceOf) -> None:
        self._database = database
        self._writes = writes
        self._surface_of = surface_of
        self._made: Newest[tuple[int, int], None] = Newest(MOST)

    async def make(self, answered: Answered) -> None:
        """Have the offer shown when the platform has room for it."""
        key = (answered.reply_id, answered.version)
        if key in self._made:
            return
        self._made[key] = None
        surface = self._surface_of(await self._database.run(claims.look, answered.reply_id))
        offer = _Offer(self._database, surface, answered, self._writes)
        self._writes.ask(offer, Want.PREVIEW, surface.edits, surface.edits)


class _Offer:
    """One offer that waits for its turn to be written."""

    def __init__(self, database: Database, surface: Surface, answered: Answered, writes: Writes) -> None:
        self.claim = Claim()
        self._database = database
        self._surface = surface
        self._answered = answered
        self._writes = writes

    async def write(self) -> bool:
        """Show it, unless the answer has been made anew meanwhile."""
        self._writes.leave(self, self._surface.edits)
        if not await self._database.run(changes.still_shows, self._answered):
            return False
        try:
            await self._surface.offer(self._answered.message_id)
        except PlatformTrouble as trouble:
            log.info("offer.not_shown", reply=self._answered.reply_id, code=trouble.code)
        return True

"""What an earlier process left behind: queued replies are run, half-made ones are marked on the platform."""

import structlog

from core import texts
from core.dispatch import Dispatcher
from core.errors import PlatformTrouble
from core.replies import SurfaceOf
from core.surface import Controls
from storage import attachments, claims, replies, standings
from storage.database import Database
from storage.holds import Holds
from storage.replies import Outcome
from storage.standings import Unsettled
from storage.states import ReplyState
from storage.words import Platform

log = structlog.get_logger()


class Recovery:
    """Settles what was in flight when the last process went down."""

    def __init__(self, database: Database, dispatcher: Dispatcher, surface_of: SurfaceOf, holds: Holds) -> None:
        self._database = database
        self._holds = holds
        self._dispatcher = dispatcher
        self._surface_of = surface_of

    async def run(self, served: frozenset[Platform]) -> None:
        """Go through the unsettled replies of the served platforms, oldest first.

        What another process of this host is answering is left to it.
        """
        await self._database.run(attachments.give_up, texts.FILE_RESTARTED)
        for left in await self._database.run(standings.unsettled, served):
            if self._holds.is_held(left.thread_id):
                continue
            if left.state is ReplyState.RUNNING:
                await self._mark(left)
            self._dispatcher.wake(left.thread_id)

    async def _mark(self, left: Unsettled) -> None:
        """Say on the platform that a reply was interrupted, in a message of its own: what is shown stays as it is."""
        work = await self._database.run(claims.take_over, left.reply_id)
        surface = self._surface_of(work)
        try:
            token = f"r{work.reply_id}.{work.version}.cut"
            message_id = await surface.open(texts.INTERRUPTED, token, Controls.SETTLED)
            await self._database.run(replies.add_segment, work, len(work.segments), message_id)
        except PlatformTrouble as trouble:
            log.warning("recovery.not_marked", reply=left.reply_id, code=trouble.code)
        await surface.rest()
        await self._database.run(replies.settle, work, Outcome(state=ReplyState.INTERRUPTED))
        log.info("reply.interrupted", reply=left.reply_id, segments=len(work.segments))

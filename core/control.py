"""What people may do with a reply, checked when they do it: stop it, ask for another version, say what they think."""

import structlog

from core import texts
from core.dispatch import Dispatcher
from core.people import Person
from core.replies import Replies
from storage import ledger, replies, standings
from storage.database import Database
from storage.incoming import Place
from storage.standings import Standing
from storage.states import UNSETTLED, IllegalMove
from storage.words import Platform

log = structlog.get_logger()


class Refused(Exception):
    """It was not done; the message is a sentence for the person."""


class Over(Refused):
    """The reply has ended already."""


class Control:
    """Every deed raises Refused when the person may not do it, or when there is nothing to do it to."""

    def __init__(self, database: Database, replies: Replies, dispatcher: Dispatcher) -> None:
        self._database = database
        self._replies = replies
        self._dispatcher = dispatcher

    async def stop(self, reply_id: int, person: Person) -> None:
        """Stop a reply, queued or running; the text so far stays."""
        standing = await self._own(reply_id, person)
        if standing.state not in UNSETTLED:
            raise Over(texts.NOTHING_TO_STOP)
        if not self._replies.stop(reply_id) and not await self._database.run(ledger.ask_to_stop, reply_id):
            raise Over(texts.NOTHING_TO_STOP)
        log.info("reply.stopped", reply=reply_id, person=person.id)

    async def stop_in(self, place: Place, thread_key: str, person: Person) -> None:
        """Stop whatever reply a thread is waiting for."""
        reply_id = await self._database.run(standings.running_in, place, thread_key)
        if reply_id is None:
            raise Refused(texts.NOTHING_TO_STOP)
        await self.stop(reply_id, person)

    async def leave(self, platform: Platform, workspace_id: str) -> None:
        """Parley was removed from a workspace: every reply there stops, queued or running."""
        for reply_id in await self._database.run(standings.unsettled_in, platform, workspace_id):
            if self._replies.stop(reply_id) or await self._database.run(ledger.ask_to_stop, reply_id):
                log.info("reply.stopped", reply=reply_id, by="removal")

    async def again(self, reply_id: int, person: Person, posts_in: str = "") -> None:
        """Make another version of a settled reply, in place of the one that is shown.

        With `posts_in`, that is where its conversation posts from now on.
        """
        standing = await self._own(reply_id, person)
        await self._replies.settled(reply_id)
        try:
            await self._database.run(replies.again, reply_id, posts_in)
        except IllegalMove:
            raise Refused(texts.NOTHING_TO_REDO) from None
        log.info("reply.again", reply=reply_id, person=person.id)
        self._dispatcher.wake(standing.thread_id)

    async def rate(self, reply_id: int, person: Person, value: int) -> None:
        """Keep a thumb up (1) or down (-1); everybody in the workspace may give one."""
        await self._standing(reply_id, person)
        await self._database.run(replies.rate, reply_id, person.id, value)

    async def _own(self, reply_id: int, person: Person) -> Standing:
        standing = await self._standing(reply_id, person)
        if standing.asker_id != person.id and not await person.may_moderate():
            raise Refused(texts.NOT_YOUR_REPLY)
        return standing

    async def _standing(self, reply_id: int, person: Person) -> Standing:
        standing = await self._database.run(standings.standing, reply_id)
        if standing is None or (standing.platform, standing.workspace_id) != (person.platform, person.workspace_id):
            raise Refused(texts.NOTHING_TO_STOP)
        return standing

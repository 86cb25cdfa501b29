"""Where every incoming message goes first: kept in one transaction, then answered."""

from dataclasses import replace

import structlog

from core import wording
from core.dispatch import Dispatcher
from storage import threads
from storage.database import Database
from storage.incoming import Incoming
from storage.threads import Kept

log = structlog.get_logger()


class Inbox:
    def __init__(self, database: Database, dispatcher: Dispatcher) -> None:
        self._database = database
        self._dispatcher = dispatcher

    async def take(self, incoming: Incoming) -> Kept:
        """Keep a message. When this returns, it is on disk and the platform may be acknowledged."""
        kept = await self._database.run(threads.keep, cleaned(incoming))
        if kept.new:
            log.info(
                "message.kept",
                platform=incoming.place.platform.value,
                channel=incoming.place.channel_id,
                message=incoming.message_id,
                thread=kept.thread_id,
                reply=kept.reply_id,
            )
        if kept.thread_id is not None and kept.reply_id is not None:
            self._dispatcher.wake(kept.thread_id)
        return kept


def cleaned(incoming: Incoming) -> Incoming:
    """The message with texts and names that can be stored and sent on."""
    place = replace(
        incoming.place,
        workspace_name=wording.clean(incoming.place.workspace_name),
        channel_name=wording.clean(incoming.place.channel_name),
    )
    author = replace(incoming.author, name=wording.clean(incoming.author.name))
    before = tuple(cleaned(earlier) for earlier in incoming.before)
    return replace(incoming, place=place, author=author, text=wording.clean(incoming.text).strip(), before=before)

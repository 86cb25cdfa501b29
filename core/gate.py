"""Lets as many questions through to the model as people may ask, and says once when it lets no more through."""

from collections.abc import Callable

import structlog

from core import texts
from core.errors import PlatformTrouble
from core.floods import Floods, Level, Who
from core.settings import Settings
from core.surface import Controls, Surface
from storage import claims, replies
from storage.claims import Work
from storage.database import Database
from storage.incoming import Incoming

log = structlog.get_logger()


class Visit:
    """One message at the gate: `admit` is called when it asks for an answer of its own."""

    def __init__(self, floods: Floods, incoming: Incoming, clock: Callable[[], float]) -> None:
        self._floods = floods
        self._clock = clock
        platform, place = incoming.place.platform.value, incoming.place
        self._asking = (
            Who(Level.PERSON, f"{platform}:{incoming.author.id}"),
            Who(Level.CHANNEL, f"{platform}:{place.workspace_id}:{place.channel_id}"),
            Who(Level.WORKSPACE, f"{platform}:{place.workspace_id}"),
        )
        self._refused_by: Who | None = None

    def admit(self) -> bool:
        self._refused_by = self._floods.admit(self._asking, self._clock())
        return self._refused_by is None

    def notice(self) -> str:
        """What people are told after a refusal; empty when they were told a moment ago."""
        who = self._refused_by
        if who is None or not self._floods.notice_due(who, self._clock()):
            return ""
        return texts.TOO_MANY_QUESTIONS if who.level is Level.PERSON else texts.TOO_MANY_HERE


class Gate:
    def __init__(
        self, settings: Settings, database: Database, surface_of: Callable[[Work], Surface], clock: Callable[[], float]
    ) -> None:
        self._floods = Floods(
            {
                Level.PERSON: settings.person_per_minute,
                Level.CHANNEL: settings.channel_per_minute,
                Level.WORKSPACE: settings.workspace_per_minute,
            }
        )
        self._database = database
        self._surface_of = surface_of
        self._clock = clock

    def visit(self, incoming: Incoming) -> Visit:
        return Visit(self._floods, incoming, self._clock)

    async def tell(self, reply_id: int, notice: str) -> None:
        """Say it in place of the answer."""
        work = await self._database.run(claims.take_over, reply_id)
        try:
            message_id = await self._surface_of(work).open(notice, f"r{reply_id}.refused", Controls.NONE)
            await self._database.run(replies.add_segment, work, 0, message_id)
        except PlatformTrouble as trouble:
            log.info("notice.not_shown", reply=reply_id, code=trouble.code)

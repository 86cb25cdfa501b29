"""Lets as much through to the model as people may ask, and says once when it lets no more through."""

from collections.abc import Callable
from contextlib import suppress

import structlog

from core import access, texts
from core.access import Territory
from core.configurations import Configurations
from core.errors import PlatformTrouble
from core.floods import Floods, Level, Who
from core.newest import Newest
from core.people import WorkspaceRef
from core.settings import Settings
from core.surface import Controls, SurfaceOf
from storage import claims, replies
from storage.configurations import Configuration
from storage.database import Database
from storage.incoming import Incoming
from storage.words import Refusal

log = structlog.get_logger()

NOTICES = {
    Refusal.PERSON: texts.NOT_FOR_YOU,
    Refusal.DIRECT: texts.NOT_DIRECTLY,
    Refusal.WORDS: texts.BLOCKED_QUESTION,
}
NOTICE_EVERY_S = 60.0
MOST_TOLD = 10_000


class Told:
    """Who was told of a refusal lately, so that nobody is told again and again."""

    def __init__(self) -> None:
        self._at: Newest[tuple[str, str], float] = Newest(MOST_TOLD)

    def is_due(self, person: str, refusal: Refusal, now: float) -> bool:
        key = (person, refusal.value)
        if now < self._at.get(key, float("-inf")) + NOTICE_EVERY_S:
            return False
        self._at[key] = now
        return True


class Visit:
    """One message at the gate, asked about in the transaction that keeps it; see `storage.threads.Admission`."""

    def __init__(
        self,
        floods: Floods,
        told: Told,
        configurations: Configurations,
        incoming: Incoming,
        clock: Callable[[], float],
    ) -> None:
        self._floods = floods
        self._told = told
        self._configurations = configurations
        self._incoming = incoming
        self._clock = clock
        platform, place = incoming.place.platform.value, incoming.place
        self._person = f"{platform}:{incoming.author.id}"
        self._asking = (
            Who(Level.PERSON, self._person),
            Who(Level.CHANNEL, f"{platform}:{place.workspace_id}:{place.channel_id}"),
            Who(Level.WORKSPACE, f"{platform}:{place.workspace_id}"),
        )
        self._read: Configuration | None = None
        self._refusal: Refusal | None = None
        self._refused_by: Who | None = None

    def known(self, workspace_row: int, revision: int) -> Configuration | None:
        return self._configurations.known(workspace_row, revision)

    def keeps(self, configuration: Configuration) -> bool:
        self._read = configuration
        return access.keeps(configuration.access, self._incoming.place)

    def refuses(self, configuration: Configuration) -> str:
        self._refusal = access.refusal(configuration.access, self._incoming)
        if self._refusal is not None:
            return self._refusal.value
        self._refused_by = self._floods.admit(self._asking, self._clock())
        return "" if self._refused_by is None else Refusal.FLOOD.value

    def over(self) -> None:
        """The transaction is committed."""
        if self._read is not None:
            self._configurations.keep(self._read)

    @property
    def reason(self) -> str:
        """Why it is not answered."""
        return (self._refusal or Refusal.FLOOD).value

    def notice(self) -> str:
        """What people are told after a refusal; empty when they were told a moment ago."""
        if self._refusal is not None:
            due = self._told.is_due(self._person, self._refusal, self._clock())
            return NOTICES[self._refusal] if due else ""
        who = self._refused_by
        if who is None or not self._floods.notice_due(who, self._clock()):
            return ""
        return texts.TOO_MANY_QUESTIONS if who.level is Level.PERSON else texts.TOO_MANY_HERE


class Gate:
    def __init__(
        self,
        settings: Settings,
        database: Database,
        surface_of: SurfaceOf,
        clock: Callable[[], float],
        configurations: Configurations,
    ) -> None:
        self._territory = Territory.of(settings)
        self._floods = Floods(
            {
                Level.PERSON: settings.person_per_minute,
                Level.CHANNEL: settings.channel_per_minute,
                Level.WORKSPACE: settings.workspace_per_minute,
            }
        )
        self._told = Told()
        self._database = database
        self._surface_of = surface_of
        self._clock = clock
        self._configurations = configurations

    def serves(self, incoming: Incoming) -> bool:
        """Whether the operator has Parley serve the place where it was said."""
        return self._territory.has(incoming.place)

    async def roles_that_matter(self, workspace: WorkspaceRef) -> frozenset[str]:
        """The roles that decide who may use Parley, as known last: asked of the database only when nothing is known."""
        read = self._configurations.known_of(workspace) or await self._configurations.now(workspace)
        return read.access.roles

    def visit(self, incoming: Incoming) -> Visit:
        return Visit(self._floods, self._told, self._configurations, incoming, self._clock)

    async def tell(self, reply_id: int, notice: str) -> None:
        """Say it in place of the answer."""
        with suppress(LookupError):
            work = await self._database.run(claims.take_over, reply_id)
            try:
                message_id = await self._surface_of(work).open(notice, f"r{reply_id}.refused", Controls.NONE)
                await self._database.run(replies.add_segment, work, 0, message_id)
            except PlatformTrouble as trouble:
                log.info("notice.not_shown", reply=reply_id, code=trouble.code)

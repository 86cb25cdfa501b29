"""What people do in the channel or thread that they are in, without naming a reply or a channel."""

import structlog

from core import texts
from core.control import Control, Refused
from core.newest import Newest
from core.people import Person, WorkspaceRef
from core.personas import Personas, channel_name
from storage import nearby
from storage.database import Database
from storage.incoming import Place
from storage.nearby import Hearing, SetUp
from storage.words import Listening

log = structlog.get_logger()

MOST = 10_000
LISTENS = {
    Listening.MENTION: "{} listens to mentions only.",
    Listening.THREADS: "{} listens to mentions, and to what is said in the conversations that I take part in.",
    Listening.EVERY: "{} listens to every message.",
}


class Nearby:
    """Deeds raise Refused when there is nothing to do, or when the person may not do it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._hearing: Newest[WorkspaceRef, Hearing] = Newest(MOST)

    async def stop(self, control: Control, place: Place, posts_in: str, person: Person) -> None:
        """Stop the newest reply there that the person may stop."""
        refusal = Refused(texts.NOTHING_RUNS_HERE)
        for reply_id in await self._database.run(nearby.unsettled, place, posts_in):
            try:
                await control.stop(reply_id, person)
                return
            except Refused as reason:
                refusal = reason
        raise refusal

    async def again(self, control: Control, place: Place, posts_in: str, person: Person) -> None:
        """Make another version of the newest reply there."""
        reply_id = await self._database.run(nearby.newest_settled, place, posts_in)
        if reply_id is None:
            raise Refused(texts.NOTHING_ANSWERED_HERE)
        await control.again(reply_id, person)

    async def begin_anew(self, place: Place, key: str, posts_in: str) -> str:
        """Leave what was said in a thread so far out of what comes."""
        await self._database.run(nearby.begin_anew, place, key, posts_in)
        log.info("thread.anew", channel=place.channel_id)
        return texts.BEGUN_ANEW

    async def listen(self, personas: Personas, by: Person, place: Place, listening: Listening) -> str:
        """Let a channel listen to more or less; a sentence for people. Raises as every deed of `Personas` does."""
        await personas.listen(by, place, listening)
        log.info("channel.listening", channel=place.channel_id, listening=listening.value)
        return LISTENS[listening].format(channel_name(place))

    async def set_up(self, place: Place) -> SetUp:
        return await self._database.run(nearby.set_up, place)

    async def hears_everything(self, workspace: WorkspaceRef, channel_id: str) -> bool:
        """Whether the channel listens to every message as of now, at the price of one look at the revision."""
        known = self._hearing.get(workspace)
        found = await self._database.run(nearby.hearing, workspace.platform, workspace.id, known)
        if found is None:
            return False
        if found is not known:
            self._hearing[workspace] = found
        return channel_id in found.channels

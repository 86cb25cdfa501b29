"""What people do in the channel or thread that they are in, without naming a reply or a channel."""

import asyncio
from collections.abc import Callable

import structlog

from core import texts
from core.control import Control, Refused
from core.people import Person
from core.personas import Personas, channel_name
from storage import nearby
from storage.database import Database
from storage.incoming import Place
from storage.nearby import SetUp
from storage.words import Listening, Platform

log = structlog.get_logger()

# Another process may let a channel listen to everything: this one knows after as long.
KNOWN_FOR_S = 5.0
LISTENS = {
    Listening.MENTION: "{} listens to mentions only.",
    Listening.THREADS: "{} listens to mentions, and to what is said in the conversations that I take part in.",
    Listening.EVERY: "{} listens to every message.",
}


class Nearby:
    """Deeds raise Refused when there is nothing to do, or when the person may not do it."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock
        self._everything: frozenset[str] = frozenset()
        self._known_until = float("-inf")
        self._asking = asyncio.Lock()

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
        self._known_until = float("-inf")
        log.info("channel.listening", channel=place.channel_id, listening=listening.value)
        return LISTENS[listening].format(channel_name(place))

    async def set_up(self, place: Place) -> SetUp:
        return await self._database.run(nearby.set_up, place)

    async def hears_everything(self, platform: Platform, channel_id: str) -> bool:
        """Whether the channel listens to every message."""
        async with self._asking:
            if self._clock() >= self._known_until:
                self._everything = await self._database.run(nearby.hearing_everything, platform)
                self._known_until = self._clock() + KNOWN_FOR_S
        return channel_id in self._everything

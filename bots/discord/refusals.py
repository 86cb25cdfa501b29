"""Says once, to whoever asked, why Parley cannot answer in a channel: Discord would refuse it the answer itself."""

import time
from collections.abc import Callable
from typing import Any

import discord
import structlog

from bots.discord import invite, rest
from bots.discord.surface import NOBODY
from core.errors import PlatformTrouble
from core.newest import Newest
from storage.claims import Work

log = structlog.get_logger()

SAY_AGAIN_S = 3_600.0
MOST = 10_000
LOCKED = "the thread is locked"
OF_CHANNELS, OF_THREADS = "send_messages", "send_messages_in_threads"
REASONS = {
    "50001": "I may not see it",
    "50013": "I lack a permission there: Send Messages, or Read Message History",
    "160002": "I lack the permission Read Message History there",
    "160005": LOCKED,
}


class Refusals:
    def __init__(self, client: discord.Client, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._silent_until: Newest[tuple[int, int], float] = Newest(MOST)

    async def tell(self, person_id: int, channel_id: int, reason: str) -> None:
        """Tell a person in a direct message, unless they were told of this channel within the hour."""
        if self._silent_until.get((person_id, channel_id), 0.0) > self._clock():
            return
        self._silent_until[person_id, channel_id] = self._clock() + SAY_AGAIN_S
        log.info("channel.refused", channel=channel_id, reason=reason)
        try:
            direct = await rest.call(self._client.create_dm(discord.Object(person_id)))
            await rest.call(direct.send(sentence(channel_id, reason), allowed_mentions=NOBODY, suppress_embeds=True))
        except PlatformTrouble as trouble:
            log.info("refusal.not_told", channel=channel_id, code=trouble.code)

    async def denied(self, work: Work, trouble: PlatformTrouble) -> None:
        """Discord refused a reply; for most other reasons than those, nobody can do anything."""
        reason = REASONS.get(trouble.code)
        if reason and work.asker_id.isdecimal():
            await self.tell(int(work.asker_id), int(work.posts_in), reason)


def sentence(channel_id: int, reason: str) -> str:
    return f"I cannot answer you in <#{channel_id}>: {reason}. Whoever manages that server can change it."


def why_not(channel: Any) -> str:
    """Why Parley cannot answer in a channel of a server, as far as the gateway has told; empty when it can."""
    granted = _granted(channel)
    if granted is None or granted.administrator:
        return ""
    if isinstance(channel, discord.Thread) and channel.locked and not granted.manage_threads:
        return LOCKED
    missing = missing_in(granted, in_thread=isinstance(channel, discord.Thread))
    return f"I lack the permission {' and '.join(missing)} there" if missing else ""


def missing_in(granted: discord.Permissions, *, in_thread: bool) -> list[str]:
    """What Parley needs to answer, and was not granted."""
    other = OF_CHANNELS if in_thread else OF_THREADS
    needed = tuple(each for each in invite.NEEDED if each.flag != other)
    return [each.name for each in invite.missing(granted.value, needed)]


def _granted(channel: Any) -> discord.Permissions | None:
    place = channel.parent if isinstance(channel, discord.Thread) else channel
    if not isinstance(place, discord.abc.GuildChannel) or place.guild.me is None:
        return None
    return channel.permissions_for(place.guild.me)  # type: ignore[no-any-return]

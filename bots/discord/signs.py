"""The sign in a channel that Parley works there: one for all replies, as Discord shows one for all.

discord.com/developers/docs/resources/channel, "Trigger Typing Indicator": it goes away after ten seconds, or when a
message comes.
"""

from collections.abc import Awaitable, Callable
from time import monotonic

from bots.discord import rest
from core.newest import Newest

# Few enough that several processes, and one that is started anew, stay within what a channel takes.
LEAST_GAP_S = 4.0
MOST = 10_000


class Signs:
    """`clock` gives the seconds of a steady clock."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._shown: Newest[int, float] = Newest(MOST)

    async def show(self, channel_id: int, typing: Callable[[], Awaitable[None]]) -> None:
        """Have it shown, unless it was a moment ago. Raises PlatformTrouble."""
        now = self._clock()
        if now - self._shown.get(channel_id, float("-inf")) >= LEAST_GAP_S:
            self._shown[channel_id] = now
            await rest.call(typing())

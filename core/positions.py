"""Where a moment stands among the messages of a platform, for what is asked by no message of it."""

from datetime import datetime

from storage.firings import Moment
from storage.words import Platform

# Snowflakes (discord.com/developers/docs/reference) have the milliseconds since 2015 began, above 22 other bits.
DISCORD_EPOCH_MS = 1_420_070_400_000
BELOW_TIME_BITS = 22


def moment(at: datetime) -> Moment:
    """On Slack messages are ordered by microseconds, on Discord by their ids."""
    since_epoch_s = at.timestamp()
    discord = (int(since_epoch_s * 1_000) - DISCORD_EPOCH_MS) << BELOW_TIME_BITS
    return Moment(at, {Platform.SLACK: int(since_epoch_s * 1_000_000), Platform.DISCORD: discord})

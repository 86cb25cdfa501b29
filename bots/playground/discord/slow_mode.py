"""Slow mode: how long a person waits between two messages (…/resources/channel, `rate_limit_per_user`).

Bots are unaffected, and so is whoever may Bypass Slowmode; Manage Messages and Manage Channels do not exempt any more
(…/change-log, "Permission Changes Going into Effect February 2026").
"""

import math

from bots.playground.discord import permissions
from bots.playground.discord.entities import Channel, User
from bots.playground.discord.permissions import Permission

LONGEST_S = 21_600
MESSAGE, THREAD = "message", "thread"


def take(channel: Channel, user: User, deed: str, now: float) -> int:
    """Let a person write one message, or start one thread, in each interval: the seconds to wait, or 0."""
    interval_s = channel.rate_limit_per_user
    if not interval_s or user.bot or permissions.may(channel, user.id, Permission.BYPASS_SLOWMODE):
        return 0
    wait_s = channel.acted_at.get((user.id, deed), -math.inf) + interval_s - now
    if wait_s > 0:
        return math.ceil(wait_s)
    channel.acted_at[user.id, deed] = now
    return 0

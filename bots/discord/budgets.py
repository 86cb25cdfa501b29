"""What writes in a channel are limited by: Discord names a bucket in each answer, and the library remembers it.

Whether posts and edits share one is not documented (discord.com/developers/docs/topics/rate-limits: buckets "must not
be hard coded"). Until both have been answered once, they are taken to.
"""

from contextlib import AbstractAsyncContextManager

import discord

from core.budget import Rate
from core.surface import Limited
from core.tallies import Tallies

# Discord publishes no sizes; seen are 5 writes in 5 s for each channel. The library sleeps when it spends the last
# write of a window, so that one is saved for final texts.
WRITES = Rate(5, 5.0, saved=1)
# So are reads of what was said, other than a message by its id.
READS = Rate(5, 5.0)
POST = "POST /channels/{channel_id}/messages"
EDIT = "PATCH /channels/{channel_id}/messages/{message_id}"


def budgets(client: discord.Client, channel_id: str) -> tuple[Limited, Limited]:
    """What posts in a channel, and edits there, are limited by."""
    if not are_apart(client):
        shared = Limited(f"discord:{channel_id}", rate(client, channel_id, POST))
        return shared, shared
    posts, edits = rate(client, channel_id, POST), rate(client, channel_id, EDIT)
    return Limited(f"discord:{channel_id}:posts", posts), Limited(f"discord:{channel_id}:edits", edits)


def reading(tallies: Tallies, channel_id: int) -> AbstractAsyncContextManager[None]:
    """A channel's messages may be read once within the block: processes that start one after the other all do so."""
    return tallies.turn(Limited(f"discord:{channel_id}:reads", READS), READS.period_s)


def rate(client: discord.Client, channel_id: str, route: str) -> Rate:
    """The usual rate, or less where Discord's last answer said so: it tells a window's size, not how long it is."""
    named = client.http._bucket_hashes.get(route)  # noqa: SLF001
    told = client.http._buckets.get(f"{named}:{channel_id}") if named else None  # noqa: SLF001
    if told is None or not told.dirty or told.limit >= WRITES.limit:
        return WRITES
    limit = max(told.limit, 1)
    return Rate(limit, max(WRITES.period_s, told.reset_after), min(WRITES.saved, limit - 1))


def are_apart(client: discord.Client) -> bool:
    """Whether Discord has named different buckets for posts and for edits."""
    named = client.http._bucket_hashes  # noqa: SLF001
    return POST in named and EDIT in named and named[POST] != named[EDIT]

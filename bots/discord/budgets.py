"""What writes in a channel are limited by: Discord names a bucket in each answer, and the library remembers it.

Whether posts and edits share one is not documented (discord.com/developers/docs/topics/rate-limits: buckets "must not
be hard coded"). Until both have been answered once, they are taken to.
"""

import hashlib

import discord
import yarl

from core.budget import Rate
from core.surface import Limited

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


def posts_in(resource: str) -> Limited:
    """What posts in a channel, or by a webhook, are counted on."""
    return Limited(f"discord:{resource}:posts", WRITES)


def edits_in(resource: str) -> Limited:
    return Limited(f"discord:{resource}:edits", WRITES)


def counted(method: str, url: yarl.URL) -> Limited | None:
    """What a request is counted on, over all processes and restarts; None where few are made.

    Discord counts by channel, and by webhook with its token, as an interaction has one, too.
    """
    match method, url.parts:
        case "POST", (*_, "channels", channel_id, "messages"):
            return posts_in(channel_id)
        case "PATCH", (*_, "channels", channel_id, "messages", _):
            return edits_in(channel_id)
        case "GET", (*_, "channels", channel_id, "messages"):
            return Limited(f"discord:{channel_id}:reads", READS)
        case "POST", (*_, "webhooks", webhook_id, token):
            return posts_in(_named(webhook_id, token))
        case "PATCH", (*_, "webhooks", webhook_id, token, "messages", _):
            return edits_in(_named(webhook_id, token))
    return None


def _named(webhook_id: str, token: str) -> str:
    """The token is a secret."""
    return f"{webhook_id}:{hashlib.blake2b(token.encode(), digest_size=8).hexdigest()}"


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

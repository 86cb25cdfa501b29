"""conversations.history and conversations.replies."""

from bisect import bisect_left, bisect_right

from bots.playground.slack.channels import Channel
from bots.playground.slack.errors import SlackError
from bots.playground.slack.limits import Tier
from bots.playground.slack.messages import Json
from bots.playground.slack.rules import RepliesLimit
from bots.playground.slack.timestamps import bound_us
from bots.playground.slack.web_api import paging
from bots.playground.slack.web_api.calling import Call, Method

RESTRICTED_OBJECTS = 15


def history(call: Call) -> Json:
    """docs.slack.dev/reference/methods/conversations.history: newest first, without replies."""
    channel = call.channel_to_read()
    times = _within(call, channel.timeline)
    position = paging.read(call.text("cursor"))
    end = len(times) if position is None else bisect_left(times, position)
    start = max(0, end - _limit(call, 100))
    has_more = start > 0
    cursor = paging.written(times[start]) if has_more else ""
    answer = _page(call, channel, times[start:end][::-1], cursor)
    return answer | {"pin_count": 0, "channel_actions_ts": None, "channel_actions_count": 0}


def replies(call: Call) -> Json:
    """docs.slack.dev/reference/methods/conversations.replies: the root, then its replies, oldest first.

    The timestamp of a reply gives that reply alone; the root comes with the first page whatever the bounds are.
    """
    channel = call.channel_to_read()
    message = channel.messages.get(call.text("ts") or "")
    if message is None:
        raise SlackError("thread_not_found")
    limit = _limit(call, 1000)
    if message.is_reply:
        return _page(call, channel, [message.ts], "")
    times = _within(call, message.replies)
    position = paging.read(call.text("cursor"))
    start = 0 if position is None else bisect_right(times, position)
    room = limit - 1 if position is None else limit
    chosen = times[start : start + room]
    cursor = paging.written(chosen[-1] if chosen else "0") if start + room < len(times) else ""
    return _page(call, channel, ([message.ts] if position is None else []) + chosen, cursor)


def _limit(call: Call, default: int) -> int:
    limit = paging.limit_of(call, default, 999 if call.method == "conversations.history" else 1000)
    if call.backend.rules.replies_limit is RepliesLimit.RESTRICTED:
        return min(limit, RESTRICTED_OBJECTS)
    return limit


def _within(call: Call, times: list[str]) -> list[str]:
    """The timestamps between `oldest` and `latest`, both left out themselves unless `inclusive`."""
    oldest, latest = call.text("oldest"), call.text("latest")
    start, end = 0, len(times)
    if oldest and oldest != "0":
        edge = _bound(oldest, "invalid_ts_oldest")
        start = bisect_left(times, edge) if call.flag("inclusive") else bisect_right(times, edge)
    if latest and latest != "now":
        edge = _bound(latest, "invalid_ts_latest")
        end = bisect_right(times, edge) if call.flag("inclusive") else bisect_left(times, edge)
    return times if (start, end) == (0, len(times)) else times[start:end]


def _bound(text: str, error: str) -> str:
    us = bound_us(text)
    if us is None:
        raise SlackError(error)
    return f"{us // 1_000_000:010d}.{us % 1_000_000:06d}"


def _page(call: Call, channel: Channel, times: list[str], cursor: str) -> Json:
    with_metadata = call.flag("include_all_metadata")
    messages = [channel.messages[ts].as_slack(with_metadata=with_metadata) for ts in times]
    answer: Json = {"messages": messages, "has_more": bool(cursor)}
    return answer | {"response_metadata": {"next_cursor": cursor}} if cursor else answer


METHODS = (
    Method("conversations.history", history, Tier.THREE),
    Method("conversations.replies", replies, Tier.THREE),
)

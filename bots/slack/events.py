"""Slack's message events become `Incoming`: who said what where, free of Slack.

A mention in a channel comes twice, as `app_mention` and as `message`, with different event ids and the same `ts`
(docs.slack.dev/reference/events/app_mention); both become the same `Incoming`, and storage keeps it once.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bots.slack import files, markup, reading
from bots.slack.names import Names
from storage.incoming import Author, Incoming, Place
from storage.words import AuthorKind, Platform

TIMESTAMP = re.compile(r"(\d{1,10})\.(\d{1,6})")
# docs.slack.dev/reference/events/message: the other subtypes are notices, edits and deletions.
SAID = (None, "file_share", "thread_broadcast", "bot_message")


@dataclass(frozen=True, slots=True)
class Self:
    """Who Parley is in a workspace, as `auth.test` says."""

    team_id: str
    team_name: str
    user_id: str
    bot_id: str


async def incoming(event: Any, team_id: str, own: Self, names: Names) -> Incoming | None:
    """The message that an event brings; None for whatever is not something that somebody said to a channel."""
    called = calls(event, own)
    return None if called is None else await said(event, team_id, own, names, asks=called)


def calls(event: Any, own: Self) -> bool | None:
    """Whether a message is addressed to Parley itself; None when the event is no message of anybody else's."""
    if not isinstance(event, dict) or event.get("type") not in ("message", "app_mention"):
        return None
    if is_own(event, own) or not _is_said(event):
        return None
    direct = event.get("channel_type") == "im" or event["channel"].startswith("D")
    return direct or markup.mentions(reading.own_text(event), own.user_id)


def thread_of(event: Any) -> tuple[str, str] | None:
    """The channel and the thread that a message's event is about; None for other events."""
    if not isinstance(event, dict) or event.get("type") not in ("message", "app_mention"):
        return None
    parts = [part for part in (event, event.get("message"), event.get("previous_message")) if isinstance(part, dict)]
    stamps = [part.get(name) for name in ("thread_ts", "deleted_ts") for part in parts]
    stamps += [part.get("ts") for part in reversed(parts)]
    return str(event.get("channel")), next((str(stamp) for stamp in stamps if is_timestamp(stamp)), "")


def is_timestamp(given: Any) -> bool:
    return isinstance(given, str) and TIMESTAMP.fullmatch(given) is not None


async def said(event: dict[str, Any], team_id: str, own: Self, names: Names, *, asks: bool) -> Incoming | None:
    """One message as a turn of its conversation; None when nobody said it."""
    author = await _author(event, own, names) if _is_said(event) else None
    if author is None:
        return None
    channel_id, ts = event["channel"], event["ts"]
    return Incoming(
        place=Place(
            platform=Platform.SLACK,
            workspace_id=team_id,
            workspace_name=own.team_name if team_id == own.team_id else "",
            channel_id=channel_id,
            channel_name=await _channel_name(event, names),
            channel_topic=await _channel_topic(event, names),
        ),
        thread_key=event.get("thread_ts") or ts,
        posts_in=channel_id,
        message_id=ts,
        position=position(ts),
        author=author,
        text=await markup.named(reading.whole_text(event), own.user_id, names),
        sent_at=datetime.fromtimestamp(float(ts), UTC),
        asks=asks,
        files=files.announced(event),
    )


def position(ts: str) -> int:
    """A timestamp's microseconds, which order a channel's messages."""
    seconds, _, fraction = ts.partition(".")
    return int(seconds + fraction.ljust(6, "0"))


async def _channel_name(event: dict[str, Any], names: Names) -> str:
    """Direct and group messages have no name that people know."""
    if event.get("channel_type") in ("im", "mpim") or event["channel"].startswith("D"):
        return ""
    return await names.channel(event["channel"])


async def _channel_topic(event: dict[str, Any], names: Names) -> str | None:
    return None if event["channel"].startswith("D") else await names.topic(event["channel"])


def _is_said(event: dict[str, Any]) -> bool:
    stamps = (event.get("ts"), event.get("thread_ts") or event.get("ts"))
    return (
        event.get("subtype") in SAID
        and not event.get("hidden")
        and isinstance(event.get("channel"), str)
        and all(is_timestamp(stamp) for stamp in stamps)
    )


def is_own(message: dict[str, Any], own: Self) -> bool:
    return message.get("user") == own.user_id or (bool(own.bot_id) and message.get("bot_id") == own.bot_id)


async def _author(event: dict[str, Any], own: Self, names: Names) -> Author | None:
    """Another app's message is told by its `bot_id`; Slack's own account and nobody at all are no authors."""
    user_id = event.get("user")
    if is_own(event, own):
        return Author(id=own.user_id, name=markup.OWN_NAME, kind=AuthorKind.SELF)
    if event.get("bot_id") or event.get("subtype") == "bot_message":
        name = event.get("username") or (await names.user(user_id) if isinstance(user_id, str) else "bot")
        return Author(id=str(event.get("bot_id") or user_id), name=str(name), kind=AuthorKind.BOT)
    if not isinstance(user_id, str) or not user_id or user_id == "USLACKBOT":
        return None
    return Author(id=user_id, name=await _person(user_id, event.get("user_profile"), names))


async def _person(user_id: str, profile: Any, names: Names) -> str:
    """A stranger of a shared channel, whom `users.info` may not know, is called as the event says."""
    name = await names.user(user_id)
    if name != user_id or not isinstance(profile, dict):
        return name
    return str(profile.get("display_name") or profile.get("real_name") or profile.get("name") or user_id)

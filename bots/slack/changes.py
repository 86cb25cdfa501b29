"""Slack's events about messages that were edited or deleted."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bots.slack import markup, reading
from bots.slack.events import Self, is_own, is_timestamp
from bots.slack.names import Names
from storage.incoming import Place
from storage.words import Platform


@dataclass(frozen=True, slots=True)
class Edited:
    """A person, or another app, gave a message a new text; `calls` when it mentions Parley as it did not before."""

    place: Place
    message_id: str
    text: str
    at: datetime
    calls: bool = False


@dataclass(frozen=True, slots=True)
class Deleted:
    """A message is gone, whoever wrote it."""

    place: Place
    message_id: str


async def change(event: Any, team_id: str, own: Self, names: Names) -> Edited | Deleted | None:
    """What a message event changes; None when it changes nothing that people read, or is Parley's own edit.

    docs.slack.dev/reference/events/message/message_changed: Slack sends one for an unfurled link, too, with the text
    as it was. The root of a thread that is deleted stays as a `tombstone`.
    """
    if not isinstance(event, dict) or event.get("type") != "message" or not isinstance(event.get("channel"), str):
        return None
    place = Place(platform=Platform.SLACK, workspace_id=team_id, channel_id=event["channel"])
    if event.get("subtype") == "message_deleted":
        return _deleted(place, event.get("deleted_ts"))
    message, previous = event.get("message"), event.get("previous_message")
    if event.get("subtype") != "message_changed" or not isinstance(message, dict):
        return None
    if message.get("subtype") == "tombstone":
        return _deleted(place, message.get("ts"))
    if is_own(message, own) or not _has_other_text(message, previous):
        return None
    at = _moment(message.get("edited"), event.get("event_ts") or message["ts"])
    text = await markup.named(reading.whole_text(message), own.user_id, names)
    return Edited(place, message["ts"], text, at, calls=_calls_now(message, previous, own))


def edited_message(event: dict[str, Any]) -> dict[str, Any]:
    """The message of an edit, as if it had been said like that."""
    message: dict[str, Any] = event["message"]
    return message | {"type": "message", "channel": event["channel"], "channel_type": event.get("channel_type")}


def _calls_now(message: dict[str, Any], previous: Any, own: Self) -> bool:
    said = isinstance(previous, dict) and isinstance(previous.get("text"), str)
    return (
        bool(said)
        and markup.mentions(message["text"], own.user_id)
        and not markup.mentions(previous["text"], own.user_id)
    )


def _deleted(place: Place, ts: Any) -> Deleted | None:
    return Deleted(place, ts) if is_timestamp(ts) else None


def _has_other_text(message: dict[str, Any], previous: Any) -> bool:
    if not isinstance(message.get("text"), str) or not is_timestamp(message.get("ts")):
        return False
    return not isinstance(previous, dict) or previous.get("text") != message["text"]


def _moment(edited: Any, otherwise: Any) -> datetime:
    given = edited.get("ts") if isinstance(edited, dict) else otherwise
    return datetime.fromtimestamp(float(str(given)), UTC) if is_timestamp(given) else datetime.now(UTC)

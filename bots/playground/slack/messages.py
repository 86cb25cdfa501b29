"""One message of a channel, and how Slack writes it as JSON (docs.slack.dev/reference/events/message)."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a message: a person, an app's bot user, or an app under a name of its own."""

    user_id: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    bot_profile: Json | None = None
    username: str | None = None
    icons: Json | None = None


@dataclass(slots=True)
class Message:
    """A message as it now stands, with what the playground keeps about it."""

    ts: str
    channel: str
    author: Author
    team: str
    text: str | None = ""
    subtype: str | None = None
    thread_ts: str | None = None
    parent_user_id: str | None = None
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    files: list[Json] | None = None
    metadata: Json | None = None
    edited: Json | None = None
    client_msg_id: str | None = None
    extra: Json = field(default_factory=dict)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    replies: list[str] = field(default_factory=list)
    reply_users: dict[str, int] = field(default_factory=dict)
    edits: int = 0
    pings: list[str] = field(default_factory=list)
    posted_at: float = 0.0
    changed_at: float = 0.0

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    def as_slack(self, *, with_metadata: bool = False) -> Json:
        """The message object that methods answer with and events carry."""
        written: Json = {"type": "message", "ts": self.ts, "text": self.text, "team": self.team}
        written.update(_author_fields(self.author))
        for name in ("subtype", "thread_ts", "parent_user_id", "blocks", "attachments", "files", "edited"):
            value = getattr(self, name)
            if value is not None:
                written[name] = value
        if self.client_msg_id is not None:
            written["client_msg_id"] = self.client_msg_id
        if with_metadata and self.metadata is not None:
            written["metadata"] = self.metadata
        if self.replies:
            written.update(self._thread_fields())
        if self.reactions:
            written["reactions"] = [
                {"name": name, "users": list(users), "count": len(users)} for name, users in self.reactions.items()
            ]
        written.update(self.extra)
        return written

    def _thread_fields(self) -> Json:
        return {
            "reply_count": len(self.replies),
            "reply_users_count": len(self.reply_users),
            "reply_users": list(self.reply_users)[:5],
            "latest_reply": self.replies[-1],
            "is_locked": False,
            "subscribed": False,
        }

    def as_seen(self) -> Json:
        """The message object with what the control API adds to it."""
        return self.as_slack(with_metadata=True) | {
            "channel": self.channel,
            "edits": self.edits,
            "pings": self.pings,
            "streaming": self.extra.get("streaming_state") == "in_progress",
            "posted_at": self.posted_at,
            "changed_at": self.changed_at,
        }


def _author_fields(author: Author) -> Json:
    named = {
        "user": author.user_id,
        "bot_id": author.bot_id,
        "app_id": author.app_id,
        "bot_profile": author.bot_profile,
        "username": author.username,
        "icons": author.icons,
    }
    return {name: value for name, value in named.items() if value is not None}

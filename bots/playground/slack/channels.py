"""A channel and its messages, kept so that no call has to walk over all of them."""

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from enum import StrEnum

from bots.playground.slack.messages import Json, Message


class ChannelKind(StrEnum):
    """The `channel_type` of events."""

    PUBLIC = "channel"
    PRIVATE = "group"
    GROUP = "mpim"
    DIRECT = "im"


@dataclass(slots=True)
class Channel:
    """A public or private channel, a group message, or a direct message between one person and the app."""

    id: str
    name: str
    kind: ChannelKind
    topic: str = ""
    members: dict[str, None] = field(default_factory=dict)
    user_id: str | None = None
    is_archived: bool = False
    created: int = 0
    messages: dict[str, Message] = field(default_factory=dict)
    timeline: list[str] = field(default_factory=list)

    def add(self, message: Message) -> None:
        """Keep a new message, under its thread's root when it is a reply."""
        self.messages[message.ts] = message
        if not message.is_reply or message.subtype == "thread_broadcast":
            insort(self.timeline, message.ts)
        if message.is_reply and message.thread_ts is not None:
            self._add_reply(self.messages[message.thread_ts], message)

    def _add_reply(self, root: Message, reply: Message) -> None:
        root.thread_ts = root.ts
        reply.parent_user_id = root.author.user_id
        root.replies.append(reply.ts)
        speaker = reply.author.user_id or reply.author.bot_id or ""
        root.reply_users[speaker] = root.reply_users.get(speaker, 0) + 1

    def remove(self, message: Message) -> None:
        """Forget a message, which must have no replies."""
        del self.messages[message.ts]
        place = bisect_left(self.timeline, message.ts)
        if place < len(self.timeline) and self.timeline[place] == message.ts:
            del self.timeline[place]
        root = self.messages.get(message.thread_ts or "")
        if root is None or message.ts not in root.replies:
            return
        root.replies.remove(message.ts)
        speaker = message.author.user_id or message.author.bot_id or ""
        root.reply_users[speaker] -= 1
        if root.reply_users[speaker] == 0:
            del root.reply_users[speaker]

    def root_of(self, ts: str) -> Message | None:
        """The root of the thread that `ts` starts; None when there is no such message or it is a reply."""
        message = self.messages.get(ts)
        return None if message is None or message.is_reply else message

    def as_slack(self, member_id: str) -> Json:
        """The conversation object (docs.slack.dev/reference/objects/conversation-object) as one member sees it."""
        if self.kind is ChannelKind.DIRECT:
            return {
                "id": self.id,
                "created": self.created,
                "is_im": True,
                "is_org_shared": False,
                "user": self.user_id,
                "is_user_deleted": False,
                "is_archived": False,
            }
        is_group = self.kind is ChannelKind.GROUP
        is_private = is_group or self.kind is ChannelKind.PRIVATE
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "created": self.created,
            "is_channel": True,
            "is_group": False,
            "is_im": False,
            "is_mpim": is_group,
            "is_private": is_private,
            "is_archived": self.is_archived,
            "is_general": self.name == "general",
            "is_shared": False,
            "is_ext_shared": False,
            "is_org_shared": False,
            "is_member": member_id in self.members,
            "topic": {"value": self.topic, "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "previous_names": [],
        }

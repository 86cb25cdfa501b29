"""How messages come, change and go: the one place that keeps the world, the events and the feed in step."""

import time
from typing import Any

from bots.playground.slack import pings
from bots.playground.slack.channels import Channel
from bots.playground.slack.events import Events
from bots.playground.slack.feed import Feed
from bots.playground.slack.messages import Json, Message
from bots.playground.slack.threads import Threads
from bots.playground.slack.world import SlackWorld


class Messaging:
    """Posts, edits and deletes, whoever asked for it."""

    def __init__(self, world: SlackWorld, events: Events, threads: Threads, feed: Feed) -> None:
        self._world = world
        self._events = events
        self._threads = threads
        self._feed = feed
        self.ephemerals: dict[str, Json] = {}
        self.chosen: dict[tuple[str, str], Json] = {}
        self.pings: list[Json] = []

    def post(self, channel: Channel, message: Message, overrides: Json | None = None) -> None:
        """Add a message and tell everybody; the app's own post ends its status in that thread."""
        message.posted_at = message.changed_at = time.monotonic()
        channel.add(message)
        self._note_pings(message)
        if self._world.is_mine(message):
            self._threads.clear_status(channel.id, message.thread_ts or message.ts)
        self._feed.publish("message", channel=channel.id, message=message)
        self._events.posted(channel, message, overrides)

    def change(self, channel: Channel, message: Message, *, silently: bool = False, **fields: Any) -> None:
        """Lay new fields over a message; `silently` sends the app no event."""
        previous = message.as_slack()
        for name, value in fields.items():
            setattr(message, name, value)
        message.edits += 1
        message.changed_at = time.monotonic()
        self._note_pings(message)
        self._feed.publish("message_changed", channel=channel.id, message=message, previous_text=previous.get("text"))
        if not silently:
            self._events.changed(channel, message, previous)

    def delete(self, channel: Channel, message: Message) -> None:
        """Take a message away; the root of a thread leaves a tombstone.

        docs.slack.dev/reference/events/message/message_deleted; a deleted root with replies is shown as
        "This message was deleted." and comes as a change to the subtype `tombstone`.
        """
        if message.replies:
            gone: Json = {"blocks": None, "attachments": None, "files": None, "metadata": None, "edited": None}
            text = "This message was deleted."
            return self.change(channel, message, subtype="tombstone", text=text, extra={"hidden": True}, **gone)
        channel.remove(message)
        self._feed.publish("message_deleted", channel=channel.id, ts=message.ts)
        self._events.deleted(channel, message)
        return None

    def react(self, channel: Channel, message: Message, user_id: str, name: str) -> bool:
        """Add a reaction; False when that user has it there already."""
        users = message.reactions.setdefault(name, [])
        if user_id in users:
            return False
        users.append(user_id)
        self._feed.publish("reaction_added", channel=channel.id, ts=message.ts, user=user_id, reaction=name)
        self._events.reaction("reaction_added", channel, message, user_id, name)
        return True

    def unreact(self, channel: Channel, message: Message, user_id: str, name: str) -> bool:
        """Take a reaction back; False when that user has none such there."""
        users = message.reactions.get(name, [])
        if user_id not in users:
            return False
        users.remove(user_id)
        if not users:
            del message.reactions[name]
        self._feed.publish("reaction_removed", channel=channel.id, ts=message.ts, user=user_id, reaction=name)
        self._events.reaction("reaction_removed", channel, message, user_id, name)
        return True

    def show_ephemeral(self, channel_id: str, user_id: str, fields: Json) -> str:
        """Show one person a message that nobody else sees and Slack does not keep; gives its timestamp."""
        ts = self._world.timestamps.take()
        ephemeral = {
            "id": ts,
            "ts": ts,
            "type": "message",
            "channel": channel_id,
            "user": user_id,
            "bot_id": self._world.me.bot_id,
            "app_id": self._world.me.app_id,
            "is_ephemeral": True,
            **{name: value for name, value in fields.items() if value is not None},
        }
        self.ephemerals[ts] = ephemeral
        self._feed.publish("ephemeral", channel=channel_id, user=user_id, message=ephemeral)
        return ts

    def change_ephemeral(self, ts: str, fields: Json) -> None:
        ephemeral = self.ephemerals[ts]
        for name in ("blocks", "attachments"):
            ephemeral.pop(name, None)
        ephemeral.update({name: value for name, value in fields.items() if value is not None})
        self._feed.publish("ephemeral_changed", channel=ephemeral["channel"], user=ephemeral["user"], message=ephemeral)

    def delete_ephemeral(self, ts: str) -> None:
        ephemeral = self.ephemerals.pop(ts)
        self._feed.publish("ephemeral_deleted", channel=ephemeral["channel"], user=ephemeral["user"], ts=ts)

    def _note_pings(self, message: Message) -> None:
        if not self._world.is_mine(message):
            return
        found = pings.named_in(message.text, message.blocks, message.attachments)
        new = [who for who in found if who not in message.pings]
        message.pings = message.pings + new
        self.pings.extend({"channel": message.channel, "ts": message.ts, "who": who} for who in new)

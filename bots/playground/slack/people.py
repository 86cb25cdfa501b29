"""What people and other apps do in channels."""

import uuid

from bots.playground.slack import markup
from bots.playground.slack.channels import Channel
from bots.playground.slack.errors import ControlError
from bots.playground.slack.events import Events
from bots.playground.slack.feed import Feed
from bots.playground.slack.messages import Json, Message
from bots.playground.slack.messaging import Messaging
from bots.playground.slack.world import SlackWorld, User


class People:
    """Acts for anybody in the workspace but the app that is being tried."""

    def __init__(self, world: SlackWorld, messaging: Messaging, events: Events, feed: Feed) -> None:
        self._world = world
        self._messaging = messaging
        self._events = events
        self._feed = feed

    def user(self, named: str) -> User:
        found = self._world.find_user(named)
        if found is None:
            raise ControlError(f"no user {named!r}", 404)
        return found

    def channel(self, named: str) -> Channel:
        found = self._world.find_channel(named)
        if found is None:
            raise ControlError(f"no channel {named!r}", 404)
        return found

    def message(self, channel: Channel, ts: str) -> Message:
        found = channel.messages.get(ts)
        if found is None:
            raise ControlError(f"no message {ts!r} in {channel.name!r}", 404)
        return found

    def channel_of(self, user: User, named: str) -> Channel:
        """A channel that a person is in."""
        channel = self.channel(named)
        if user.id not in channel.members:
            raise ControlError(f"{user.name!r} is not in {channel.name!r}", 403)
        return channel

    def draft(self, user: User, channel: Channel, text: str | None) -> Message:
        """A message as somebody's client sends it: typed text in markup, with its rich text beside it."""
        world = self._world
        markup_text = None if text is None else markup.typed(world, text)
        home = user.team_id or world.team.id
        message = Message(world.timestamps.take(), channel.id, world.author(user), home, markup_text)
        if not user.is_bot:
            message.client_msg_id = str(uuid.uuid4())
            if markup_text:
                message.blocks = markup.rich_text(markup_text, world.new_id("r"))
        return message

    def root_of(self, channel: Channel, ts: str) -> str:
        """The root of the thread that a message is in or starts."""
        message = self.message(channel, ts)
        return message.thread_ts if message.is_reply and message.thread_ts else ts

    def edit(self, user: User, channel: Channel, ts: str, text: str) -> None:
        """Change a message of that person's own, which marks it as edited."""
        message = self.message(channel, ts)
        if message.author.user_id != user.id:
            raise ControlError(f"{user.name!r} did not write {ts!r}", 403)
        markup_text = markup.typed(self._world, text)
        self._messaging.change(
            channel,
            message,
            text=markup_text,
            blocks=markup.rich_text(markup_text, self._world.new_id("r")),
            edited={"user": user.id, "ts": self._world.timestamps.take()},
        )

    def unfurl(self, channel: Channel, ts: str, attachments: list[Json]) -> None:
        """Add what Slack shows of a link; the text stays and nobody edited it."""
        self._messaging.change(channel, self.message(channel, ts), attachments=attachments)

    def delete(self, user: User, channel: Channel, ts: str) -> None:
        """Delete a message; people delete their own, admins anybody's."""
        message = self.message(channel, ts)
        if message.author.user_id != user.id and not user.is_admin:
            raise ControlError(f"{user.name!r} may not delete {ts!r}", 403)
        self._messaging.delete(channel, message)

    def join(self, channel: Channel, user: User) -> None:
        """Become a member: a `channel_join` message, and the event `member_joined_channel`."""
        if user.id in channel.members:
            return
        channel.members[user.id] = None
        self._feed.publish("member_joined", channel=channel.id, user=user.id)
        self._events.member("member_joined_channel", channel, user.id)
        self._say_of(user, channel, "channel_join", f"<@{user.id}> has joined the channel")

    def leave(self, channel: Channel, user: User) -> None:
        """Be a member no more."""
        if user.id not in channel.members:
            return
        self._say_of(user, channel, "channel_leave", f"<@{user.id}> has left the channel")
        del channel.members[user.id]
        self._feed.publish("member_left", channel=channel.id, user=user.id)
        self._events.member("member_left_channel", channel, user.id)

    def _say_of(self, user: User, channel: Channel, subtype: str, text: str) -> None:
        world = self._world
        message = Message(world.timestamps.take(), channel.id, world.author(user), world.team.id, text, subtype)
        self._messaging.post(channel, message)

"""Events as Slack sends them (docs.slack.dev/reference/events), and the outer envelope around them."""

import random
import uuid
from collections.abc import Callable
from typing import Any

from bots.playground.slack.channels import Channel, ChannelKind
from bots.playground.slack.delivery import Deliveries
from bots.playground.slack.messages import Json, Message
from bots.playground.slack.rules import MentionOrder, Rules
from bots.playground.slack.world import SlackWorld

_SUBSCRIPTION_OF_KIND = {
    ChannelKind.PUBLIC: "message.channels",
    ChannelKind.PRIVATE: "message.groups",
    ChannelKind.GROUP: "message.mpim",
    ChannelKind.DIRECT: "message.im",
}


class Events:
    """Tells the app what happened, as far as it is subscribed and a member."""

    def __init__(self, world: SlackWorld, deliveries: Deliveries, rules: Callable[[], Rules]) -> None:
        self._world = world
        self._deliveries = deliveries
        self._rules = rules

    def posted(self, channel: Channel, message: Message, overrides: Json | None = None) -> None:
        """A new message: `message`, and `app_mention` beside it when it mentions the app.

        docs.slack.dev/reference/events/app_mention: the mention is an event of its own, with the same `ts`
        and another event id; direct and group messages have none.
        """
        written = message.as_slack() | self._foreign(message) | {"channel": channel.id, "event_ts": message.ts}
        if message.subtype == "thread_broadcast" and message.thread_ts is not None:
            written["root"] = channel.messages[message.thread_ts].as_slack()
        event = written | {"channel_type": channel.kind.value} | (overrides or {})
        send_message = self._is_heard(channel)
        if not self._mentions_me(channel, message):
            if send_message:
                self.send(event)
            return
        mention = written | {"type": "app_mention"} | (overrides or {})
        mention.pop("subtype", None)
        pair = ([event] if send_message else []) + ([mention] if self._is_subscribed("app_mention") else [])
        for each in self._in_order(pair):
            self.send(each)

    def _foreign(self, message: Message) -> Json:
        """What the event of somebody from another workspace says of them: docs.slack.dev/apis/slack-connect."""
        author = self._world.users.get(message.author.user_id or "")
        if author is None or author.team_id is None:
            return {}
        profile = {"name": author.name, "display_name": author.real_name, "real_name": author.real_name}
        return {"user_team": author.team_id, "source_team": author.team_id, "user_profile": profile}

    def _mentions_me(self, channel: Channel, message: Message) -> bool:
        if channel.kind in (ChannelKind.DIRECT, ChannelKind.GROUP) or self._world.is_mine(message):
            return False
        if channel.kind is ChannelKind.PRIVATE and self._world.me.id not in channel.members:
            return False
        return message.text is not None and f"<@{self._world.me.id}" in message.text

    def _in_order(self, pair: list[Json]) -> list[Json]:
        match self._rules().mention_order:
            case MentionOrder.MENTION_FIRST:
                return pair[::-1]
            case MentionOrder.SHUFFLED:
                return random.sample(pair, len(pair))
        return pair

    def changed(self, channel: Channel, message: Message, previous: Json) -> None:
        """An edit, an unfurl or an update by an app (docs.slack.dev/reference/events/message/message_changed)."""
        self._message_event(channel, {"subtype": "message_changed", "message": message.as_slack(),
                                      "previous_message": previous, "hidden": True})  # fmt: skip

    def deleted(self, channel: Channel, message: Message) -> None:
        """A deletion (docs.slack.dev/reference/events/message/message_deleted)."""
        self._message_event(channel, {"subtype": "message_deleted", "previous_message": message.as_slack(),
                                      "deleted_ts": message.ts, "hidden": True})  # fmt: skip

    def _message_event(self, channel: Channel, fields: Json) -> None:
        if not self._is_heard(channel):
            return
        ts = self._world.timestamps.take()
        self.send(
            {
                "type": "message",
                "channel": channel.id,
                "ts": ts,
                "event_ts": ts,
                "channel_type": channel.kind.value,
                **fields,
            }
        )

    def reaction(self, kind: str, channel: Channel, message: Message, user_id: str, name: str) -> None:
        """`reaction_added` or `reaction_removed`."""
        if not self._is_subscribed(kind) or self._world.me.id not in channel.members:
            return
        self.send(
            {
                "type": kind,
                "user": user_id,
                "reaction": name,
                "item": {"type": "message", "channel": channel.id, "ts": message.ts},
                "item_user": message.author.user_id,
                "event_ts": self._world.timestamps.take(),
            }
        )

    def member(self, kind: str, channel: Channel, user_id: str) -> None:
        """`member_joined_channel` or `member_left_channel`."""
        if not self._is_subscribed(kind):
            return
        self.send(
            {
                "type": kind,
                "user": user_id,
                "channel": channel.id,
                "channel_type": "G" if channel.kind is ChannelKind.PRIVATE else "C",
                "team": self._world.team.id,
                "event_ts": self._world.timestamps.take(),
            }
        )

    def home_opened(self, channel: Channel, user_id: str, tab: str, view: Json | None) -> None:
        """docs.slack.dev/reference/events/app_home_opened"""
        if not self._is_subscribed("app_home_opened"):
            return
        event: Json = {
            "type": "app_home_opened",
            "user": user_id,
            "channel": channel.id,
            "tab": tab,
            "event_ts": self._world.timestamps.take(),
        }
        self.send(event | {"view": view} if view is not None and tab == "home" else event)

    def session_stopped(self, channel: Channel, thread_ts: str, user_id: str, streams: list[str]) -> None:
        """docs.slack.dev/reference/events/agent_session_stopped"""
        if not self._is_subscribed("agent_session_stopped"):
            return
        self.send(
            {
                "type": "agent_session_stopped",
                "channel": channel.id,
                "thread_ts": thread_ts,
                "user": user_id,
                "streaming_message_ts": streams,
                "event_ts": self._world.timestamps.take(),
            }
        )

    def _is_shared(self, channel_id: Any) -> bool:
        channel = self._world.channels.get(channel_id) if isinstance(channel_id, str) else None
        people = (self._world.users.get(member) for member in channel.members) if channel else ()
        return any(person is not None and person.team_id is not None for person in people)

    def _is_subscribed(self, name: str) -> bool:
        return name in self._rules().subscriptions

    def _is_heard(self, channel: Channel) -> bool:
        return self._world.me.id in channel.members and self._is_subscribed(_SUBSCRIPTION_OF_KIND[channel.kind])

    def send(self, event: Json) -> str:
        """Send an event as it is, inside the outer envelope; gives the event's id."""
        payload = self.envelope(event)
        self._deliveries.send_event(payload)
        return str(payload["event_id"])

    def envelope(self, event: Json) -> Json:
        """The outer event (docs.slack.dev/apis/events-api#event-type-structure); in a channel that is shared with
        others, `team_id` is the workspace of whoever did it."""
        team_id = self._world.team.id
        whose = event if isinstance(event, dict) else {}
        return {
            "token": "playground-verification-token",
            "team_id": whose.get("source_team") or team_id,
            "context_team_id": team_id,
            "context_enterprise_id": None,
            "api_app_id": self._world.me.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{uuid.uuid4().hex[:12].upper()}",
            "event_time": int(self._world.clock()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team_id,
                    "user_id": self._world.me.id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": self._is_shared(whose.get("channel")),
            "event_context": f"4-{uuid.uuid4().hex}",
        }

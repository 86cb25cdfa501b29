"""Turns the changes of a world into gateway events (discord.com/developers/docs/events/gateway-events)."""

from collections.abc import Callable
from typing import Any

from bots.playground.discord import changes, payloads, sessions
from bots.playground.discord.entities import Channel, Message
from bots.playground.discord.message_payloads import Renderer
from bots.playground.discord.permissions import Permission, may
from bots.playground.discord.rules import Rules
from bots.playground.discord.sessions import Session, Sessions
from bots.playground.discord.snowflakes import iso
from bots.playground.discord.world import DiscordWorld

Json = dict[str, Any]


class Dispatcher:
    """A listener of the world that tells the sessions what their bot may see."""

    def __init__(self, world: DiscordWorld, live: Sessions, rules: Rules) -> None:
        self._world = world
        self._live = live
        self._rules = rules

    def renderer(self, session: Session) -> Renderer:
        sees = bool(session.intents & sessions.MESSAGE_CONTENT)
        return Renderer(self._world, session.base_url, self._rules.attachment_url_life_s, sees_content=sees)

    def __call__(self, change: changes.Change) -> None:
        match change:
            case changes.MessageCreated(message):
                self._message("MESSAGE_CREATE", message)
            case changes.MessageUpdated(message):
                self._message("MESSAGE_UPDATE", message)
            case changes.MessagesDeleted():
                self._deleted(change)
            case changes.ReactionChanged():
                self._reaction(change)
            case changes.ReactionsCleared():
                self._cleared(change)
            case changes.Typed():
                self._typed(change)
            case changes.MemberUpdated(guild, member):
                body = {**payloads.member(member), "guild_id": str(guild.id)}
                intents = 0 if member.user is self._world.bot else sessions.GUILD_MEMBERS
                self._live.dispatch("GUILD_MEMBER_UPDATE", lambda _: body, guild.id, intents)
            case changes.GuildJoined(guild):
                own = [guild.members[self._world.bot.id]]
                joined = payloads.guild(guild, self._world.bot.id, own)
                self._live.dispatch("GUILD_CREATE", lambda _: joined, guild.id, sessions.GUILDS)
            case changes.WebhooksChanged(channel):
                body = {"guild_id": str(channel.guild_id), "channel_id": str(channel.id)}
                self._in_channel("WEBHOOKS_UPDATE", channel, lambda _: body, sessions.WEBHOOKS)
            case _:
                self._place(change)

    def _in_channel(self, event: str, channel: Channel, render: Callable[[Session], Any], intents: int) -> None:
        if may(channel, self._world.bot.id, Permission.VIEW_CHANNEL):
            self._live.dispatch(event, render, channel.guild_id, intents)

    def message_body(self, session: Session, message: Message) -> Json:
        """A message with its guild and the memberships of those in it ("Message Create Extra Fields")."""
        body = self.renderer(session).message(message)
        guild = message.channel.guild
        body.setdefault("channel_type", int(message.channel.type))
        if guild is None:
            return body
        body.setdefault("guild_id", str(guild.id))
        author = guild.members.get(message.author.id)
        if author and body.get("author"):
            body.setdefault("member", payloads.member(author, with_user=False))
        for mentioned in () if "mentions" in message.raw else body["mentions"]:
            member = guild.members.get(int(mentioned["id"]))
            if member:
                mentioned["member"] = payloads.member(member, with_user=False)
        return body

    def _message(self, event: str, message: Message) -> None:
        if message.ephemeral_for is not None:
            self._ephemeral(event, message)
            return
        intents = sessions.GUILD_MESSAGES if message.channel.guild else sessions.DIRECT_MESSAGES
        self._in_channel(event, message.channel, lambda session: self.message_body(session, message), intents)

    def _ephemeral(self, event: str, message: Message) -> None:
        """Ephemeral ones go to whoever sent them as if they were direct, without guild and member ("Messages")."""

        def render(session: Session) -> Json:
            return {**self.renderer(session).message(message), "channel_type": int(message.channel.type)}

        self._live.dispatch(event, render, None, sessions.DIRECT_MESSAGES)

    def _deleted(self, change: changes.MessagesDeleted) -> None:
        ids = [str(message.id) for message in change.messages if message.ephemeral_for is None]
        if not ids:
            return
        channel = change.channel
        place: Json = {"channel_id": str(channel.id)}
        if channel.guild_id:
            place["guild_id"] = str(channel.guild_id)
        intents = sessions.GUILD_MESSAGES if channel.guild else sessions.DIRECT_MESSAGES
        if change.bulk:
            self._in_channel("MESSAGE_DELETE_BULK", channel, lambda _: {"ids": ids, **place}, intents)
            return
        for each in ids:
            body = {"id": each, **place}
            self._in_channel("MESSAGE_DELETE", channel, lambda _, body=body: body, intents)  # type: ignore[misc]

    def _reaction(self, change: changes.ReactionChanged) -> None:
        message, channel = change.message, change.message.channel
        name, _, identifier = change.emoji.partition(":")
        body: Json = {
            "user_id": str(change.user.id),
            "channel_id": str(channel.id),
            "message_id": str(message.id),
            "emoji": {"id": identifier or None, "name": name},
            "burst": False,
            "type": 0,
        }
        if channel.guild:
            body["guild_id"] = str(channel.guild.id)
        if change.added:
            body["message_author_id"] = str(message.author.id)
        if change.added and channel.guild and (member := channel.guild.members.get(change.user.id)):
            body["member"] = payloads.member(member)
        intents = sessions.GUILD_REACTIONS if channel.guild else sessions.DIRECT_REACTIONS
        event = "MESSAGE_REACTION_ADD" if change.added else "MESSAGE_REACTION_REMOVE"
        self._in_channel(event, channel, lambda _: body, intents)

    def _cleared(self, change: changes.ReactionsCleared) -> None:
        """All at once ("Message Reaction Remove All"), or those of one emoji ("Message Reaction Remove Emoji")."""
        channel = change.message.channel
        body: Json = {"channel_id": str(channel.id), "message_id": str(change.message.id)}
        if channel.guild:
            body["guild_id"] = str(channel.guild.id)
        event = "MESSAGE_REACTION_REMOVE_ALL"
        if change.emoji is not None:
            name, _, identifier = change.emoji.partition(":")
            event, body["emoji"] = "MESSAGE_REACTION_REMOVE_EMOJI", {"id": identifier or None, "name": name}
        intents = sessions.GUILD_REACTIONS if channel.guild else sessions.DIRECT_REACTIONS
        self._in_channel(event, channel, lambda _: body, intents)

    def _pinned(self, channel: Channel) -> None:
        last = max((message.pinned_at or 0.0 for message in channel.pinned), default=None)
        body: Json = {"channel_id": str(channel.id), "last_pin_timestamp": None if last is None else iso(last)}
        if channel.guild:
            body["guild_id"] = str(channel.guild.id)
        intents = sessions.GUILDS if channel.guild else sessions.DIRECT_MESSAGES
        self._in_channel("CHANNEL_PINS_UPDATE", channel, lambda _: body, intents)

    def _typed(self, change: changes.Typed) -> None:
        channel = change.channel
        body: Json = {
            "channel_id": str(channel.id),
            "user_id": str(change.user.id),
            "timestamp": int(self._world.snowflakes.now()),
        }
        if channel.guild and (member := channel.guild.members.get(change.user.id)):
            body |= {"guild_id": str(channel.guild.id), "member": payloads.member(member)}
        intents = sessions.GUILD_TYPING if channel.guild else sessions.DIRECT_TYPING
        self._in_channel("TYPING_START", channel, lambda _: body, intents)

    def _place(self, change: changes.Change) -> None:
        match change:
            case changes.ThreadCreated(thread):
                body = {**payloads.thread(thread), "newly_created": True}
                self._in_channel("THREAD_CREATE", thread, lambda _: body, sessions.GUILDS)
            case changes.ThreadUpdated(thread):
                self._in_channel("THREAD_UPDATE", thread, lambda _: payloads.thread(thread), sessions.GUILDS)
            case changes.ThreadMembersChanged():
                self._members(change)
            case changes.ChannelDeleted(channel):
                self._gone(channel)
            case changes.PinsChanged(channel):
                self._pinned(channel)
            case changes.ChannelUpdated(channel):
                self._in_channel("CHANNEL_UPDATE", channel, lambda _: payloads.channel(channel), sessions.GUILDS)

    def _members(self, change: changes.ThreadMembersChanged) -> None:
        """Without GUILD_MEMBERS only what concerns the bot itself ("Thread Members Update")."""
        thread, guild = change.thread, change.thread.guild
        if guild is None or thread.thread is None:
            return
        joined = [each for each in change.added if each in guild.members]
        added = [
            {**payloads.thread_member(thread, each), "member": payloads.member(guild.members[each]), "presence": None}
            for each in joined
        ]
        body = {
            "id": str(thread.id),
            "guild_id": str(guild.id),
            "member_count": min(len(thread.thread.members), 50),
            "added_members": added,
            "removed_member_ids": [str(each) for each in change.removed],
        }
        own = self._world.bot.id in (*change.added, *change.removed)
        intents = sessions.GUILDS | sessions.GUILD_MEMBERS if own else sessions.GUILD_MEMBERS
        self._in_channel("THREAD_MEMBERS_UPDATE", thread, lambda _: body, intents)

    def _gone(self, channel: Channel) -> None:
        if channel.thread is None:
            self._in_channel("CHANNEL_DELETE", channel, lambda _: payloads.channel(channel), sessions.GUILDS)
            return
        body = {
            "id": str(channel.id),
            "guild_id": str(channel.guild_id),
            "parent_id": str(channel.parent_id),
            "type": int(channel.type),
        }
        self._in_channel("THREAD_DELETE", channel, lambda _: body, sessions.GUILDS)

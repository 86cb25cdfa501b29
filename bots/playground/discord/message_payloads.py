"""Messages as Discord writes them in JSON, for one reader."""

import hashlib
from typing import Any

from bots.playground.discord import media
from bots.playground.discord.entities import Attachment, Message, MessageFlag, MessageType, Origin, Poll
from bots.playground.discord.payloads import thread, user
from bots.playground.discord.snowflakes import iso
from bots.playground.discord.world import DiscordWorld

Json = dict[str, Any]
WITHOUT_CONTENT: Json = {"content": "", "embeds": [], "attachments": [], "components": []}


def signature(attachment: Attachment, expires: int) -> str:
    """The `hm` of a CDN address (…/reference, "Signed Attachment CDN URLs")."""
    return hashlib.sha256(f"{attachment.id}:{expires}".encode()).hexdigest()


class Renderer:
    """Writes messages for one reader: with the addresses that this reader reaches the server by."""

    def __init__(self, world: DiscordWorld, base_url: str, attachment_life_s: float, *, sees_content: bool) -> None:
        self._world = world
        self._base_url = base_url
        self._life_s = attachment_life_s
        self._sees_content = sees_content

    def readable(self, subject: Message) -> bool:
        """Without the intent own messages, direct ones and mentions (…/events/gateway, "Message Content Intent")."""
        own = self._world.application_id in (subject.author.id, subject.application_id)
        return self._sees_content or own or subject.channel.guild is None or self._world.bot.id in subject.mentions

    def attachment(self, subject: Attachment) -> Json:
        """discord.com/developers/docs/resources/message, "Attachment Object"; its address expires."""
        now = self._world.snowflakes.now()
        expires = int(now + self._life_s)
        path = f"/cdn/attachments/{subject.channel_id}/{subject.id}/{subject.filename}"
        url = f"{self._base_url}{path}?ex={expires:x}&is={int(now):x}&hm={signature(subject, expires)}"
        body = {
            "id": str(subject.id),
            "filename": subject.filename,
            "size": len(subject.content),
            "url": url,
            "proxy_url": url,
            "content_type": subject.content_type,
        }
        return {**body, "description": subject.description} if subject.description else body

    def message(self, subject: Message, *, nested: bool = False, target_of_command: bool = False) -> Json:
        """discord.com/developers/docs/resources/message, "Message Object"; without the content when not readable."""
        readable = target_of_command or self.readable(subject)
        body: Json = {
            "id": str(subject.id),
            "channel_id": str(subject.channel.id),
            "type": int(subject.type),
            "author": self._author(subject),
            "timestamp": iso(subject.created_at),
            "edited_timestamp": iso(subject.edited_at) if subject.edited_at else None,
            "tts": subject.tts,
            "flags": subject.flags,
            "pinned": subject.pinned_at is not None,
            "mention_everyone": subject.mention_everyone,
            "mentions": [user(self._world.users[each]) for each in subject.mentions if each in self._world.users],
            "mention_roles": [str(each) for each in subject.mention_roles],
        }
        body |= self._content(subject) if readable else WITHOUT_CONTENT
        body |= self._optional(subject)
        if not nested:
            body |= self._references(subject, readable)
        return {**body, **subject.raw} if subject.raw else body

    def _content(self, subject: Message) -> Json:
        hidden = subject.flags & MessageFlag.SUPPRESS_EMBEDS
        attachments = [self.attachment(each) for each in subject.attachments]
        addresses = {each["filename"]: each["url"] for each in attachments}
        body: Json = {
            "content": subject.content,
            "embeds": [] if hidden else media.located([*subject.embeds, *subject.unfurled], addresses),
            "attachments": attachments,
            "components": media.located(subject.components, addresses),
        }
        return {**body, "poll": _poll(subject, subject.poll)} if subject.poll else body

    def _author(self, subject: Message) -> Json:
        if subject.webhook_id is None or subject.author.id in self._world.users:
            return user(subject.author)
        name = subject.author.name
        return {**user(subject.author), "username": name, "discriminator": "0000", "id": str(subject.webhook_id)}

    def _optional(self, subject: Message) -> Json:
        body: Json = {}
        if subject.reactions:
            body["reactions"] = [self._reaction(emoji, users) for emoji, users in subject.reactions.items()]
        if subject.webhook_id:
            body["webhook_id"] = str(subject.webhook_id)
        if subject.application_id:
            body["application_id"] = str(subject.application_id)
        if subject.nonce is not None:
            body["nonce"] = subject.nonce
        if subject.origin:
            body["interaction_metadata"] = self._origin(subject.origin)
            if subject.origin.type == 2:
                body["interaction"] = self._old_origin(subject.origin)
        started = self._world.channels.get(subject.thread_id) if subject.thread_id else None
        return {**body, "thread": thread(started)} if started else body

    def _reaction(self, emoji: str, users: list[int]) -> Json:
        name, _, identifier = emoji.partition(":")
        return {
            "emoji": {"id": identifier or None, "name": name},
            "count": len(users),
            "count_details": {"burst": 0, "normal": len(users)},
            "me": self._world.bot.id in users,
            "me_burst": False,
            "burst_colors": [],
        }

    def _origin(self, subject: Origin) -> Json:
        body: Json = {
            "id": str(subject.id),
            "type": subject.type,
            "user": user(self._world.users[subject.user_id]),
            "authorizing_integration_owners": {},
        }
        named = {
            "name": subject.name,
            "original_response_message_id": subject.original_response_id,
            "interacted_message_id": subject.interacted_message_id,
            "target_message_id": subject.target_message_id,
        }
        body |= {key: str(value) for key, value in named.items() if value is not None}
        opened = subject.opened_by
        return {**body, "triggering_interaction_metadata": self._origin(opened)} if opened else body

    def _old_origin(self, subject: Origin) -> Json:
        return {
            "id": str(subject.id),
            "type": subject.type,
            "name": subject.name or "",
            "user": user(self._world.users[subject.user_id]),
        }

    def _references(self, subject: Message, readable: bool) -> Json:
        reference = subject.reference
        if reference is None:
            return {}
        body: Json = {"type": reference.type, "channel_id": str(reference.channel_id)}
        if reference.message_id:
            body["message_id"] = str(reference.message_id)
        if reference.guild_id:
            body["guild_id"] = str(reference.guild_id)
        if reference.type == 1:
            return {"message_reference": body, "message_snapshots": subject.snapshots if readable else []}
        if subject.type == MessageType.THREAD_CREATED:
            return {"message_reference": body}
        target = self._world.referenced(subject)
        resolved = self.message(target, nested=True) if target else None
        return {"message_reference": body, "referenced_message": resolved}


def _poll(message: Message, poll: Poll) -> Json:
    """discord.com/developers/docs/resources/poll, "Poll Object"."""
    ends_at = message.created_at + poll.hours * 3_600 if poll.ended_at is None else poll.ended_at
    answers = [{"answer_id": number, "poll_media": answer} for number, answer in enumerate(poll.answers, start=1)]
    return {
        "question": {"text": poll.question},
        "answers": answers,
        "expiry": iso(ends_at),
        "allow_multiselect": poll.multiple,
        "layout_type": 1,
        "results": {"is_finalized": poll.ended_at is not None, "answer_counts": []},
    }

"""Reads the body of a message that is created or edited (discord.com/developers/docs/resources/message)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bots.playground.discord.entities import Attachment, Channel, Message, MessageFlag
from bots.playground.discord.errors import Refusal
from bots.playground.discord.forms.allowed import read_allowed
from bots.playground.discord.forms.components import read_components
from bots.playground.discord.forms.embeds import read_embeds
from bots.playground.discord.forms.form import Form
from bots.playground.discord.mentions import AllowedMentions
from bots.playground.discord.uploads import Upload
from bots.playground.discord.world import Draft, Revision

LONGEST_CONTENT = 2_000
MOST_ATTACHMENTS = 10
SETTABLE = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.IS_COMPONENTS_V2
UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a body comes from: its files, the place they go to, and what it may mention when it does not say."""

    uploads: list[Upload]
    channel: Channel
    next_id: Callable[[], int]
    default: AllowedMentions
    may_be_ephemeral: bool = False


def read_draft(body: dict[str, Any], source: Source, form: Form | None = None) -> Draft:
    """A new message: at most 2,000 code points, never empty (50006); white space around it is cut off, as observed."""
    form = form or Form()
    settable = SETTABLE | MessageFlag.EPHEMERAL if source.may_be_ephemeral else SETTABLE
    flags = (form.number("flags", body.get("flags"), 0) or 0) & settable
    draft = Draft(
        content=_content(form, body),
        embeds=read_embeds(form, body.get("embeds")),
        components=read_components(form, body.get("components"), v2=bool(flags & MessageFlag.IS_COMPONENTS_V2)),
        flags=flags,
        nonce=_nonce(form, body.get("nonce")),
        allowed=read_allowed(form, body.get("allowed_mentions"), source.default),
    )
    _check_v2(form, flags, draft.content, draft.embeds)
    described = form.objects("attachments", body.get("attachments"), MOST_ATTACHMENTS)
    form.done()
    draft.attachments = [_attachment(upload, described, source) for upload in source.uploads]
    if not (draft.content or draft.embeds or draft.components or draft.attachments):
        raise Refusal(50006)
    return draft


def read_revision(body: dict[str, Any], message: Message, source: Source) -> Revision:
    """An edit: parts that the body does not name stay; one without `allowed_mentions` is parsed with the defaults."""
    form = Form()
    flags = _edited_flags(form, body, message)
    v2 = bool(flags & MessageFlag.IS_COMPONENTS_V2)
    revision = Revision(
        content=_content(form, body) if "content" in body else None,
        embeds=read_embeds(form, body["embeds"]) if "embeds" in body else None,
        components=read_components(form, body["components"], v2=v2) if "components" in body else None,
        flags=flags,
        allowed=read_allowed(form, body.get("allowed_mentions"), source.default),
    )
    content = message.content if revision.content is None else revision.content
    embeds = message.embeds if revision.embeds is None else revision.embeds
    _check_v2(form, flags, content, embeds)
    form.done()
    revision.attachments = _edited_attachments(form, body, message, source)
    components = message.components if revision.components is None else revision.components
    if not (content or embeds or components or revision.attachments):
        raise Refusal(50006)
    return revision


def _content(form: Form, body: dict[str, Any]) -> str:
    return (form.text("content", body.get("content"), LONGEST_CONTENT) or "").strip()


def _nonce(form: Form, value: Any) -> str | int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    return form.text("nonce", value, 25)


def _check_v2(form: Form, flags: int, content: str, embeds: list[dict[str, Any]]) -> None:
    """Components V2 rule out content and embeds (…/components/reference, "Component Reference")."""
    if not flags & MessageFlag.IS_COMPONENTS_V2:
        return
    for name, value in (("content", content), ("embeds", embeds)):
        if value:
            message = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            form.wrong(name, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)


def _edited_flags(form: Form, body: dict[str, Any], message: Message) -> int:
    """An edit may set or clear SUPPRESS_EMBEDS and set IS_COMPONENTS_V2, which then stays ("Edit Message")."""
    if body.get("flags") is None:
        return message.flags
    given = form.number("flags", body["flags"], 0) or 0
    kept = message.flags & ~MessageFlag.SUPPRESS_EMBEDS
    return kept | given & (MessageFlag.SUPPRESS_EMBEDS | MessageFlag.IS_COMPONENTS_V2)


def _edited_attachments(form: Form, body: dict[str, Any], message: Message, source: Source) -> list[Attachment]:
    """`attachments` names all that are there afterwards, old and new; without it all stay, and new ones are added.

    …/reference, "Editing Message Attachments".
    """
    described = form.objects("attachments", body.get("attachments"), MOST_ATTACHMENTS)
    kept, added = message.attachments, source.uploads
    if "attachments" in body:
        named = {str(each.get("id")) for each in described}
        kept = [attachment for attachment in kept if str(attachment.id) in named]
        added = [upload for upload in added if str(upload.number) in named]
    return [*kept, *(_attachment(upload, described, source) for upload in added)]


def _attachment(upload: Upload, described: list[dict[str, Any]], source: Source) -> Attachment:
    about = next((each for each in described if str(each.get("id")) == str(upload.number)), {})
    name = UNSAFE.sub("_", str(about.get("filename") or upload.filename)) or "unknown"
    return Attachment(
        source.next_id(), source.channel.id, name, upload.content, upload.content_type, about.get("description")
    )

"""Reads the body of a message that is created or edited (discord.com/developers/docs/resources/message)."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bots.playground.discord import media
from bots.playground.discord.entities import Attachment, Channel, Message, MessageFlag
from bots.playground.discord.errors import Refusal
from bots.playground.discord.forms.allowed import read_allowed
from bots.playground.discord.forms.components import read_components
from bots.playground.discord.forms.embeds import read_embeds
from bots.playground.discord.forms.form import Form
from bots.playground.discord.forms.polls import read_poll
from bots.playground.discord.mentions import AllowedMentions
from bots.playground.discord.uploads import Upload
from bots.playground.discord.world import Draft, Revision

LONGEST_CONTENT = 2_000
LONGEST_NONCE = 25
LONGEST_DESCRIPTION = 1_024
MOST_STICKERS = 3
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
    root: str = ""


def read_draft(body: dict[str, Any], source: Source, form: Form | None = None) -> Draft:
    """A new message: at most 2,000 code points, never empty (50006); white space around it is cut off, as observed."""
    form = form or Form(source.root)
    settable = SETTABLE | MessageFlag.EPHEMERAL if source.may_be_ephemeral else SETTABLE
    flags = (form.number("flags", body.get("flags"), 0) or 0) & settable
    draft = Draft(
        content=_content(form, body),
        embeds=read_embeds(form, body.get("embeds")),
        components=read_components(form, body.get("components"), v2=bool(flags & MessageFlag.IS_COMPONENTS_V2)),
        flags=flags,
        nonce=_nonce(form, body.get("nonce")),
        allowed=read_allowed(form, body.get("allowed_mentions"), source.default),
        poll=read_poll(form, body.get("poll")),
        tts=bool(form.flag("tts", body.get("tts"))),
    )
    _check_v2(form, flags, content=draft.content, embeds=draft.embeds, poll=draft.poll)
    stickers = form.values("sticker_ids", body.get("sticker_ids"))
    if len(stickers) > MOST_STICKERS:
        form.wrong("sticker_ids", "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_STICKERS} or fewer in length.")
    described = _described(form, body, source, ())
    form.done()
    _check_count(source, ())
    if stickers:
        raise Refusal(50081)
    draft.attachments = [_attachment(upload, described, source) for upload in source.uploads]
    _check_media(form, source, draft.components, draft.attachments)
    if not (draft.content or draft.embeds or draft.components or draft.attachments or draft.poll):
        raise Refusal(50006)
    return draft


def read_revision(body: dict[str, Any], message: Message, source: Source) -> Revision:
    """An edit: parts that the body does not name stay; one without `allowed_mentions` is parsed with the defaults.

    A poll is only added where the message was deferred (…/resources/webhook, "Edit Webhook Message").
    """
    form = Form(source.root)
    flags = _edited_flags(form, body, message)
    v2 = bool(flags & MessageFlag.IS_COMPONENTS_V2)
    revision = Revision(
        content=_content(form, body) if "content" in body else None,
        embeds=read_embeds(form, body["embeds"]) if "embeds" in body else None,
        components=read_components(form, body["components"], v2=v2) if "components" in body else None,
        flags=flags,
        poll=read_poll(form, body.get("poll")) if message.flags & MessageFlag.LOADING else None,
        allowed=read_allowed(form, body.get("allowed_mentions"), source.default),
    )
    content = message.content if revision.content is None else revision.content
    embeds = message.embeds if revision.embeds is None else revision.embeds
    _check_v2(form, flags, content=content, embeds=embeds)
    described = _described(form, body, source, message.attachments)
    form.done()
    revision.attachments = _edited_attachments(body, described, message, source)
    components = message.components if revision.components is None else revision.components
    _check_media(form, source, components, revision.attachments)
    if not (content or embeds or components or revision.attachments or revision.poll or message.poll):
        raise Refusal(50006)
    return revision


def _content(form: Form, body: dict[str, Any]) -> str:
    return (form.text("content", body.get("content"), LONGEST_CONTENT) or "").strip()


def _nonce(form: Form, value: Any) -> str | int | None:
    if isinstance(value, str):
        if len(value) > LONGEST_NONCE:
            form.wrong("nonce", "NONCE_TYPE_TOO_LONG", f"Must be {LONGEST_NONCE} or fewer characters long.")
        return value
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    form.wrong("nonce", "NONCE_TYPE_INVALID_TYPE", "This field must be a string or integer.")
    return None


def _check_v2(form: Form, flags: int, **legacy: Any) -> None:
    """Components V2 rule out content, embeds and polls (…/components/reference, "Component Reference")."""
    if not flags & MessageFlag.IS_COMPONENTS_V2:
        return
    for name, value in legacy.items():
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


def _described(form: Form, body: dict[str, Any], source: Source, there: Iterable[Attachment]) -> list[dict[str, Any]]:
    """What the body says of its files, at most ten; each must be sent with it or be there already."""
    described = form.objects("attachments", body.get("attachments"), MOST_ATTACHMENTS)
    known = {str(each.number) for each in source.uploads} | {str(each.id) for each in there}
    for index, each in enumerate(described):
        form.text(f"attachments.{index}.description", each.get("description"), LONGEST_DESCRIPTION)
        if str(each.get("id")) not in known:
            form.wrong(f"attachments.{index}", "ATTACHMENT_NOT_FOUND", "Attachment data not found")
    return described


def _check_count(source: Source, kept: Sequence[Attachment]) -> None:
    if len(source.uploads) + len(kept) > MOST_ATTACHMENTS:
        raise Refusal(30015)


def _check_media(form: Form, source: Source, components: list[dict[str, Any]], attachments: list[Attachment]) -> None:
    """What components show by `attachment://` is a file of the message (…, "Unfurled Media Item")."""
    names = {attachment.filename for attachment in attachments}
    for name in media.attached(components):
        if name not in names:
            code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
            form.wrong("components", code, f'The referenced attachment "{name}" was not found')
    form.done()


def _edited_attachments(
    body: dict[str, Any], described: list[dict[str, Any]], message: Message, source: Source
) -> list[Attachment]:
    """`attachments` names all that are there afterwards, old and new; without it all stay, and new ones are added.

    …/reference, "Editing Message Attachments".
    """
    kept, added = message.attachments, source.uploads
    if "attachments" in body:
        named = {str(each.get("id")) for each in described}
        kept = [attachment for attachment in kept if str(attachment.id) in named]
        added = [upload for upload in added if str(upload.number) in named]
    _check_count(source, kept)
    return [*kept, *(_attachment(upload, described, source) for upload in added)]


def _attachment(upload: Upload, described: list[dict[str, Any]], source: Source) -> Attachment:
    about = next((each for each in described if str(each.get("id")) == str(upload.number)), {})
    name = UNSAFE.sub("_", str(about.get("filename") or upload.filename)) or "unknown"
    return Attachment(
        source.next_id(), source.channel.id, name, upload.content, upload.content_type, about.get("description")
    )

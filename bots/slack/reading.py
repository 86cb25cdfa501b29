"""What a message says, wherever Slack puts it: in its text, in its blocks, or in its attachments.

docs.slack.dev/messaging/formatting-message-text: apps may say all of it in blocks or attachments, and leave the text
empty. What somebody forwards, and a table that somebody pastes, are attachments of what they write.
"""

from typing import Any

from bots.slack import markup

INLINE = ("rich_text_section", "rich_text_quote", "rich_text_preformatted")
MARKS = {
    "user": ("user_id", "<@{}>"),
    "channel": ("channel_id", "<#{}>"),
    "usergroup": ("usergroup_id", "<!subteam^{}>"),
}
CONTROLS = ("actions", "context_actions", "input")
SHARED = ("is_share", "is_msg_unfurl")
PREVIEWED = ("from_url", "original_url", "app_unfurl_url")


def own_text(message: dict[str, Any]) -> str:
    """What the author wrote, in Slack's format; without the messages that they have forwarded."""
    text = message.get("text")
    return text if isinstance(text, str) and text.strip() else _of_blocks(message.get("blocks"))


def whole_text(message: dict[str, Any]) -> str:
    """What is there to be read: what the author wrote, and below it what is attached."""
    return "\n\n".join(filter(None, [own_text(message), *map(_attached, attachments(message))]))


def attachments(message: dict[str, Any]) -> list[dict[str, Any]]:
    """What is attached on purpose: no previews of links."""
    return [one for one in _objects(message.get("attachments")) if is_shared(one) or not _any(one, PREVIEWED)]


def is_shared(attachment: dict[str, Any]) -> bool:
    """Whether it is another message, which was forwarded or linked to."""
    return _any(attachment, SHARED)


def _attached(attachment: dict[str, Any]) -> str:
    author = markup.escaped(_said(attachment, "author_name"))
    parts = [_said(attachment, name) for name in ("pretext", "title", "text")]
    parts += [f"{_said(field, 'title')}: {_said(field, 'value')}" for field in _objects(attachment.get("fields"))]
    if not attachment.get("text"):
        parts.append(_of_blocks(attachment.get("blocks")))
    said = "\n".join(filter(None, parts)) or _said(attachment, "fallback")
    if not is_shared(attachment):
        return said
    lines = (f"{author}: {said}" if author else said).splitlines()
    return "\n".join(f"&gt; {line}" for line in lines)


def _of_blocks(blocks: Any) -> str:
    return "\n".join(filter(None, map(_block, _objects(blocks))))


def _block(block: dict[str, Any]) -> str:
    """The words of a block, or of a part of one: docs.slack.dev/reference/block-kit/blocks."""
    kind = block.get("type")
    if kind in INLINE:
        return "".join(map(_inline, _objects(block.get("elements"))))
    if kind == "table":
        rows = block.get("rows")
        return "\n".join(" | ".join(map(_block, _objects(row))) for row in (rows if isinstance(rows, list) else []))
    if kind in CONTROLS:
        return ""
    text = block.get("text")
    if isinstance(text, str):
        return text if kind in ("mrkdwn", "markdown") else markup.escaped(text)
    parts = [_block(text)] if isinstance(text, dict) else []
    return "\n".join(filter(None, [*parts, *(_of_blocks(block.get(name)) for name in ("fields", "elements"))]))


def _inline(element: dict[str, Any]) -> str:
    """docs.slack.dev/reference/block-kit/blocks/rich-text-block"""
    kind = element.get("type")
    if kind in MARKS:
        name, mark = MARKS[kind]
        return mark.format(_said(element, name))
    if kind == "emoji":
        return f":{_said(element, 'name')}:"
    if kind == "broadcast":
        return f"@{_said(element, 'range')}"
    return markup.escaped(_said(element, "text") or _said(element, "url") or _said(element, "fallback"))


def _said(part: dict[str, Any], name: str) -> str:
    found = part.get(name)
    return found if isinstance(found, str) else ""


def _objects(given: Any) -> list[dict[str, Any]]:
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _any(part: dict[str, Any], names: tuple[str, ...]) -> bool:
    return any(part.get(name) for name in names)

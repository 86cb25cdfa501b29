"""Who a message of the app would notify (docs.slack.dev/messaging/formatting-message-text#advanced).

Slack notifies for every mention in text and in mrkdwn and markdown blocks, inside code as well, so that is what is
looked for; `plain_text` objects are shown as they are and notify nobody.
"""

import re
from collections.abc import Iterator
from typing import Any

_MENTION = re.compile(r"<(?:@([UW][A-Z0-9]+)|!(channel|here|everyone)|!subteam\^([A-Z0-9]+))(?:\|[^<>]*)?>")


def named_in(text: str | None, blocks: list[Any] | None, attachments: list[Any] | None) -> list[str]:
    """The user ids, user group ids and `channel`, `here`, `everyone` that are mentioned, each once."""
    found: dict[str, None] = {}
    for part in _texts(text, blocks, attachments):
        for match in _MENTION.finditer(part):
            found[match[1] or match[2] or match[3]] = None
    for name in _rich_mentions(blocks):
        found[name] = None
    return list(found)


def _texts(text: str | None, blocks: list[Any] | None, attachments: list[Any] | None) -> Iterator[str]:
    if text:
        yield text
    for nested in (blocks, attachments):
        if nested:
            yield from _strings(nested)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict) and value.get("type") not in ("plain_text", "text"):
        for item in value.values():
            yield from _strings(item)


def _rich_mentions(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _rich_mentions(item)
    elif isinstance(value, dict):
        named = {"user": "user_id", "usergroup": "usergroup_id", "broadcast": "range"}.get(str(value.get("type")))
        if named is not None and isinstance(value.get(named), str):
            yield value[named]
        yield from _rich_mentions(value.get("elements"))

"""Slack's text format, in and out.

In: docs.slack.dev/messaging/formatting-message-text. Out: the model's Markdown goes into a `markdown` block as it is,
but for the sequences that would notify people.
"""

import re
from collections.abc import Callable

from bots.slack.names import Names

ENTITY = re.compile(r"<([@#!]?)([^<>|\n]+)(?:\|([^<>\n]*))?>")
ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
# What notifies, per docs.slack.dev/messaging/formatting-message-text: neither comments nor the doctype of HTML do.
NOTIFYING = re.compile(r"<(?=@\w|!(?:channel|here|everyone|group|subteam))", re.IGNORECASE)
OWN_NAME = "Parley"
WORD_JOINER = "\u2060"


def mentioned_users(text: str) -> set[str]:
    return {found[2] for found in ENTITY.finditer(text) if found[1] == "@"}


def unlabelled_channels(text: str) -> set[str]:
    return {found[2] for found in ENTITY.finditer(text) if found[1] == "#" and not found[3]}


def mentions(text: str, user_id: str) -> bool:
    return user_id in mentioned_users(text)


async def named(text: str, bot_user_id: str, names: Names) -> str:
    """A message as people read it, with the names that Slack knows."""
    called = await names.users(mentioned_users(text) - {bot_user_id}) | await names.channels(unlabelled_channels(text))
    called[bot_user_id] = OWN_NAME
    return readable(text, bot_user_id, lambda mentioned: called.get(mentioned) or mentioned)


def readable(text: str, bot_user_id: str, name_of: Callable[[str], str]) -> str:
    """A message as people read it: names for ids, plain links, no escapes, and without a leading mention of the bot."""
    text = text.lstrip()
    own = re.compile(rf"<@{re.escape(bot_user_id)}(?:\|[^<>]*)?>[ \t]*[:,]?[ \t]*")
    if found := own.match(text):
        text = text[found.end() :]
    text = ENTITY.sub(lambda found: _entity(found[1], found[2], found[3], name_of), text)
    for escape, character in ESCAPES:
        text = text.replace(escape, character)
    return text.strip()


def _entity(mark: str, target: str, label: str | None, name_of: Callable[[str], str]) -> str:
    match mark:
        case "@":
            return f"@{name_of(target)}"
        case "#":
            return f"#{label or name_of(target)}"
        case "!":
            return label or f"@{target.split('^')[0]}"
    if not label or target.removeprefix("mailto:") == label or target.endswith(f"//{label}"):
        return target.removeprefix("mailto:")
    return f"[{label}]({target})"


def escaped(text: str) -> str:
    """Text for a `text` field: Slack reads nothing in it as a mention, a channel or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def defused(markdown: str) -> str:
    """Markdown for a `markdown` block in which `<!channel>`, `<@U…>` and their like are plain characters.

    An invisible word joiner parts the bracket from its sign: an escape would be shown as such in code.
    """
    return NOTIFYING.sub(f"<{WORD_JOINER}", markdown)

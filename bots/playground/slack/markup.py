"""What a person types, as Slack's client sends it (docs.slack.dev/messaging/formatting-message-text)."""

import re
from collections.abc import Iterator
from functools import lru_cache

from bots.playground.slack.channels import ChannelKind
from bots.playground.slack.messages import Json
from bots.playground.slack.world import SlackWorld

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BROADCASTS = ("here", "channel", "everyone")
_TOKEN = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")


def escaped(text: str) -> str:
    """Text with the three characters escaped that carry meaning in Slack's markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    """Text as people read it, the reverse of `escaped`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def typed(world: SlackWorld, text: str, *, with_names: bool = False) -> str:
    """The markup for typed text: names become mentions, addresses become links, the rest is escaped.

    Code is escaped but not searched for names; ready-made mentions are kept. `with_names` writes
    people as `<@U1|ann>`, as slash commands receive them.
    """
    people = {name.lower(): user for user in world.users.values() for name in (user.name, user.real_name)}
    channels = {c.name: c for c in world.channels.values() if c.kind is not ChannelKind.DIRECT}

    def replace(match: re.Match[str]) -> str:
        if match["code"] is not None:
            return escaped(match["code"])
        if match["ready"] is not None:
            return match["ready"]
        if match["link"] is not None:
            return f"<{escaped(match['link']).replace('|', '%7C')}>"
        if match["person"] is not None:
            user = people[match["person"].lower()]
            return f"<@{user.id}|{user.name}>" if with_names else f"<@{user.id}>"
        if match["channel"] is not None:
            channel = channels[match["channel"].lower()]
            return f"<#{channel.id}|{channel.name}>"
        if match["broadcast"] is not None:
            return f"<!{match['broadcast'].lower()}>"
        return _ESCAPES[match["special"]]

    return _scanner(tuple(people), tuple(channels)).sub(replace, text)


@lru_cache(maxsize=16)
def _scanner(people: tuple[str, ...], channels: tuple[str, ...]) -> re.Pattern[str]:
    def names(of: tuple[str, ...]) -> str:
        return "|".join(re.escape(name) for name in sorted(of, key=len, reverse=True)) or r"(?!)"

    return re.compile(
        r"(?P<code>```.*?```|`[^`\n]+`)"
        r"|(?P<ready><(?:@[UW][A-Z0-9]+|#C[A-Z0-9]+(?:\|[^<>]*)?|!(?:here|channel|everyone)|https?://[^<>\s]+)>)"
        r"|(?P<link>https?://[^\s<>]+[^\s<>.,;:!?)\]'\"])"
        rf"|(?<!\w)@(?P<person>{names(people)})(?!\w)"
        rf"|(?<!\w)@(?P<broadcast>{'|'.join(_BROADCASTS)})(?!\w)"
        rf"|(?<!\w)#(?P<channel>{names(channels)})(?!\w)"
        r"|(?P<special>[&<>])",
        re.IGNORECASE | re.DOTALL,
    )


def rich_text(markup: str, block_id: str) -> list[Json]:
    """The `rich_text` block that Slack's client sends beside a typed message."""
    elements = list(_elements(markup))
    return [
        {
            "type": "rich_text",
            "block_id": block_id,
            "elements": [{"type": "rich_text_section", "elements": elements}],
        }
    ]


def _elements(markup: str) -> Iterator[Json]:
    end = 0
    for match in _TOKEN.finditer(markup):
        if match.start() > end:
            yield {"type": "text", "text": unescaped(markup[end : match.start()])}
        yield _element(match[1], match[2], match[3])
        end = match.end()
    if end < len(markup):
        yield {"type": "text", "text": unescaped(markup[end:])}


def _element(sigil: str, target: str, label: str | None) -> Json:
    match sigil:
        case "@":
            return {"type": "user", "user_id": target}
        case "#":
            return {"type": "channel", "channel_id": target}
        case "!":
            return {"type": "broadcast", "range": target}
    link: Json = {"type": "link", "url": unescaped(target)}
    return link | {"text": unescaped(label)} if label else link

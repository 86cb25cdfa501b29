"""What a message of a reply says: the model's Markdown for people, and plain text for notifications."""

from typing import Any

from bots.slack import buttons, markup
from core.surface import Below

# docs.slack.dev/reference/methods/chat.update: in `text`, names are looked for unless it is said not to.
LITERAL = {"parse": "none", "link_names": False}


def rich(text: str, reply_id: int, controls: Below) -> dict[str, Any]:
    """A Markdown block, which carries no "(edited)" mark, and the text again for notifications and screen readers."""
    markdown = {"type": "markdown", "text": markup.defused(text)}
    return plain(text) | {"blocks": [markdown, *buttons.blocks(reply_id, controls)]}


def plain(text: str) -> dict[str, Any]:
    """The text alone, for when Slack takes no blocks."""
    return {"text": markup.escaped(text), **LITERAL}

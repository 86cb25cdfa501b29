"""Turns what the platforms store into HTML that is safe to put on the page."""

from collections.abc import Callable
from enum import StrEnum

from bots.playground.page import markdown, mrkdwn


class Kind(StrEnum):
    """The written languages of the two platforms."""

    MRKDWN = "mrkdwn"  # Slack's `text` and mrkdwn objects
    SLACK_MARKDOWN = "slack_markdown"  # Slack's `markdown` block
    DISCORD = "discord"  # Discord's message content
    MARKDOWN = "markdown"  # what the model was given


class Renderer:
    """Renders each language to HTML without scripts, styles, images, or links other than http, https and mailto."""

    def __init__(self) -> None:
        self._languages: dict[Kind, Callable[[str], str]] = {
            Kind.MRKDWN: mrkdwn.render,
            Kind.SLACK_MARKDOWN: markdown.slack().render,
            Kind.DISCORD: markdown.discord().render,
            Kind.MARKDOWN: markdown.plain().render,
        }

    def render(self, kind: Kind, text: str) -> str:
        return self._languages[kind](text)

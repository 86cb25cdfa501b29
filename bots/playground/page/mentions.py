"""Mentions of people, channels and roles as HTML; the page fills in the names it knows."""

import re
from datetime import UTC, datetime
from html import escape

_SLACK = re.compile(r"(?P<sign>[@#])(?P<id>[A-Z0-9]+)(?:\|(?P<label>.*))?")
_SLACK_GROUP = re.compile(r"!subteam\^(?P<id>\w+)(?:\|(?P<label>.*))?")
_SLACK_DATE = re.compile(r"!date\^[^|]*\|(?P<label>.*)")
_DISCORD = re.compile(r"(?P<sign>@!?|@&|#)(?P<id>\d+)")
_DISCORD_EMOJI = re.compile(r"a?:(?P<label>\w+):\d+")
_DISCORD_COMMAND = re.compile(r"/(?P<label>[^:<>]+):\d+")
_DISCORD_TIME = re.compile(r"t:(?P<seconds>-?\d{1,12})(?::[tTdDfFR])?")
_KINDS = {"@": "user", "@!": "user", "@&": "role", "#": "channel"}
_EVERYBODY = {"!here": "@here", "!channel": "@channel", "!everyone": "@everyone"}


def slack(inside: str) -> str | None:
    """The HTML of what stands between angle brackets in Slack, None when it is no mention.

    Source: https://docs.slack.dev/messaging/formatting-message-text
    """
    if inside in _EVERYBODY:
        return _pill("everyone", inside, _EVERYBODY[inside])
    if match := _SLACK.fullmatch(inside):
        label = match["label"] or match["id"]
        return _pill(_KINDS[match["sign"]], match["id"], f"{match['sign']}{label.removeprefix(match['sign'])}")
    if match := _SLACK_GROUP.fullmatch(inside):
        return _pill("role", match["id"], match["label"] or match["id"])
    if match := _SLACK_DATE.fullmatch(inside):
        return escape(match["label"])
    return None


def discord(inside: str) -> str | None:
    """The HTML of what stands between angle brackets in Discord, None when it is no mention.

    Source: https://docs.discord.com/developers/reference#message-formatting
    """
    if match := _DISCORD.fullmatch(inside):
        return _pill(_KINDS[match["sign"]], match["id"], f"{match['sign'][0]}{match['id']}")
    if match := _DISCORD_EMOJI.fullmatch(inside):
        return escape(f":{match['label']}:")
    if match := _DISCORD_COMMAND.fullmatch(inside):
        return _pill("command", match["label"], f"/{match['label']}")
    if match := _DISCORD_TIME.fullmatch(inside):
        return _moment(int(match["seconds"]))
    return None


def everyone(text: str) -> str:
    """`@everyone` or `@here`, which Discord shows as a mention wherever it stands."""
    return _pill("everyone", text, text)


def _moment(seconds: int) -> str | None:
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return f"<time>{moment:%d %B %Y %H:%M} UTC</time>"


def _pill(kind: str, identity: str, shown: str) -> str:
    return f'<span class="mention" data-kind="{kind}" data-id="{escape(identity)}">{escape(shown)}</span>'

"""Slack's own markup as HTML (https://docs.slack.dev/messaging/formatting-message-text)."""

import re
from html import escape

from bots.playground.page import mentions

_FENCE = re.compile(r"```\n?(.*?)```", re.DOTALL)
_SPAN = r"(?<![\w{0}])[{0}](?P<{1}>[^\s{0}](?:[^{0}\n]*[^\s{0}])?)[{0}](?![\w{0}])"
_INLINE = re.compile(
    "|".join(
        [
            r"`(?P<code>[^`\n]+)`",
            r"<(?P<angle>[^<>\n]+)>",
            _SPAN.format("*", "strong"),
            _SPAN.format("_", "em"),
            _SPAN.format("~", "s"),
        ]
    )
)
_QUOTE = re.compile(r"(?:>|&gt;) ?")
_LINK = re.compile(r"(?P<url>(?:https?://|mailto:)[^|]+)(?:\|(?P<label>.*))?", re.IGNORECASE)


def render(text: str) -> str:
    """The HTML of a message's `text`; line breaks stay."""
    parts = _FENCE.split(text)
    rendered = [_fenced(part) if number % 2 else _paragraphs(part) for number, part in enumerate(parts)]
    return "".join(rendered)


def _fenced(code: str) -> str:
    return f"<pre><code>{_plain(code)}</code></pre>"


def _paragraphs(text: str) -> str:
    """Quoted lines become one quotation; all others keep their breaks."""
    html: list[str] = []
    quoted: list[str] = []
    lines = text.strip("\n").split("\n") if text.strip("\n") else []
    for line in [*lines, None]:
        match = _QUOTE.match(line) if line is not None else None
        if match and line is not None:
            quoted.append(_inline(line[match.end() :]))
            continue
        if quoted:
            html.append(f"<blockquote>{'<br>'.join(quoted)}</blockquote>")
            quoted = []
        if line is not None:
            html.append(f'<div class="line">{_inline(line) or "<br>"}</div>')
    return "".join(html)


def _inline(text: str) -> str:
    html: list[str] = []
    end = 0
    for match in _INLINE.finditer(text):
        html.append(_plain(text[end : match.start()]))
        html.append(_span(match))
        end = match.end()
    html.append(_plain(text[end:]))
    return "".join(html)


def _span(match: re.Match[str]) -> str:
    kind = match.lastgroup or ""
    inside = match[kind]
    if kind == "code":
        return f"<code>{_plain(inside)}</code>"
    if kind == "angle":
        return _angle(inside)
    return f"<{kind}>{_inline(inside)}</{kind}>"


def _angle(inside: str) -> str:
    mention = mentions.slack(inside)
    if mention is not None:
        return mention
    link = _LINK.fullmatch(inside)
    if link is None:
        return _plain(f"<{inside}>")
    url = _unescaped(link["url"])
    return f'<a href="{escape(url)}" target="_blank" rel="noreferrer">{_plain(link["label"] or link["url"])}</a>'


def _plain(text: str) -> str:
    return escape(_unescaped(text), quote=False)


def _unescaped(text: str) -> str:
    """Slack escapes these three characters and no others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

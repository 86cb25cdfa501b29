"""Markdown as the two platforms show it, rendered with markdown-it; raw HTML and images are never let through."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from bots.playground.page import mentions

_SCHEMES = ("http", "https", "mailto")
_BARE_URL = re.compile(r"https?://[^\s<>]*[^\s<>.,:;!?\"')\]]")
_EVERYONE = re.compile(r"(?<!\w)@(?:everyone|here)\b")
_ANGLE = re.compile(r"<([^<>\n]{1,200})>")


def plain() -> MarkdownIt:
    """Markdown without a platform."""
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    markdown.disable("image")
    markdown.validateLink = _is_safe  # type: ignore[method-assign]
    markdown.core.ruler.push("aligned_cells", _aligned_cells)
    markdown.core.ruler.push("bare_links", _splitting(_BARE_URL, _link))
    markdown.add_render_rule("link_open", _link_open)
    return markdown


def slack() -> MarkdownIt:
    """Slack's `markdown` block (https://docs.slack.dev/reference/block-kit/blocks/markdown-block)."""
    markdown = plain()
    markdown.inline.ruler.before("autolink", "mention", _mention_rule(mentions.slack))
    markdown.add_render_rule("mention", _mention)
    return markdown


def discord() -> MarkdownIt:
    """Discord's message content: no tables and no rules, `-#` small print, `__` underlines.

    Source: https://support.discord.com/hc/en-us/articles/210298617
    """
    markdown = plain().disable(["table", "hr", "lheading", "code"])
    markdown.inline.ruler.before("autolink", "mention", _mention_rule(mentions.discord))
    markdown.core.ruler.push("everyone", _splitting(_EVERYONE, _everyone_token))
    markdown.block.ruler.before("paragraph", "small_print", _small_print, {"alt": ["paragraph"]})
    markdown.add_render_rule("mention", _mention)
    markdown.add_render_rule("everyone", _everyone)
    markdown.add_render_rule("strong_open", _strong)
    markdown.add_render_rule("strong_close", _strong)
    return markdown


def _is_safe(url: str) -> bool:
    try:
        return urlsplit(url.strip()).scheme.lower() in _SCHEMES
    except ValueError:
        return False


def _aligned_cells(state: StateCore) -> None:
    """Cells are aligned by a class: the page's policy forbids styles in HTML."""
    for token in state.tokens:
        style = token.attrs.pop("style", None)
        if isinstance(style, str):
            token.attrSet("class", style.removeprefix("text-align:"))


def _mention_rule(mention: Callable[[str], str | None]) -> Callable[[StateInline, bool], bool]:
    def rule(state: StateInline, silent: bool) -> bool:
        match = _ANGLE.match(state.src, state.pos)
        html = mention(match[1]) if match else None
        if match is None or html is None:
            return False
        if not silent:
            state.push("mention", "", 0).content = html
        state.pos = match.end()
        return True

    return rule


def _small_print(state: StateBlock, line: int, _end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    text = state.src[start : state.eMarks[line]]
    if not text.startswith("-# "):
        return False
    if silent:
        return True
    state.push("paragraph_open", "small", 1).map = [line, line + 1]
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = text[3:].strip(), [line, line + 1], []
    state.push("paragraph_close", "small", -1)
    state.line = line + 1
    return True


def _splitting(pattern: re.Pattern[str], made: Callable[[str], list[Token]]) -> Callable[[StateCore], None]:
    """A rule that turns what the pattern finds in plain text, outside links, into tokens of its own."""

    def rule(state: StateCore) -> None:
        for token in state.tokens:
            if token.type != "inline" or not token.children:
                continue
            depth = 0
            children: list[Token] = []
            for child in token.children:
                depth += child.nesting if child.type.startswith("link_") else 0
                children.extend(_split(child.content, pattern, made) if child.type == "text" and not depth else [child])
            token.children = children

    return rule


def _split(text: str, pattern: re.Pattern[str], made: Callable[[str], list[Token]]) -> list[Token]:
    parts: list[Token] = []
    end = 0
    for match in pattern.finditer(text):
        parts.append(_text(text[end : match.start()]))
        parts.extend(made(match[0]))
        end = match.end()
    parts.append(_text(text[end:]))
    return [part for part in parts if part.type != "text" or part.content]


def _everyone_token(text: str) -> list[Token]:
    return [Token("everyone", "", 0, content=text)]


def _link(text: str) -> list[Token]:
    return [Token("link_open", "a", 1, attrs={"href": text}), _text(text), Token("link_close", "a", -1)]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _link_open(renderer: object, tokens: list[Token], index: int, *_: object) -> str:
    tokens[index].attrSet("target", "_blank")
    tokens[index].attrSet("rel", "noreferrer")
    return str(renderer.renderToken(tokens, index, {}, {}))  # type: ignore[attr-defined]


def _mention(_renderer: object, tokens: list[Token], index: int, *_: object) -> str:
    return tokens[index].content


def _everyone(_renderer: object, tokens: list[Token], index: int, *_: object) -> str:
    return mentions.everyone(tokens[index].content)


def _strong(_renderer: object, tokens: list[Token], index: int, *_: object) -> str:
    name = "u" if tokens[index].markup == "__" else "strong"
    return f"<{name}>" if tokens[index].nesting == 1 else f"</{name}>"

"""Tokens as the local model counts them: about four characters each."""

import re
from collections.abc import Iterable
from typing import Any

_PIECE = re.compile(r"\s?[^\W_]{1,6}|\s?(?:[^\w\s]|_){1,3}|\s{1,8}")
_MESSAGE_OVERHEAD = 4
_IMAGE_TOKENS = 85


def pieces(text: str) -> list[str]:
    """Cut a text into tokens; joined they are the text again."""
    return _PIECE.findall(text)


def known_words(count: int) -> list[str]:
    """`count` tokens whose loss, doubling or disorder shows: `word0001 word0002 …`."""
    return ["word0001", *(f" word{number:04}" for number in range(2, count + 1))][:count]


def estimate(messages: Iterable[dict[str, Any]]) -> int:
    """The tokens of a prompt: four bytes each, and a few for every message."""
    return sum(_MESSAGE_OVERHEAD + _content_tokens(message.get("content")) for message in messages)


def _content_tokens(content: str | list[dict[str, Any]] | None) -> int:
    if content is None:
        return 0
    if isinstance(content, str):
        return -(-len(content.encode()) // 4)
    return sum(_content_tokens(part["text"]) if "text" in part else _IMAGE_TOKENS for part in content)

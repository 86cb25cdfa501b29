"""Keeps what a model thinks aloud out of its answer: `<think>…</think>`, as reasoning models write it inline.

Source: github.com/deepseek-ai/DeepSeek-R1#usage-recommendations, and the chat templates of Qwen3 and others.
"""

import re

TAGS = ("<think>", "<thinking>", "<thought>")
LONGEST = max(map(len, TAGS))
MARK = re.compile(r"`+|<(?:think|thinking|thought)>")
FENCE = 3


class Thinking:
    """Fed with the pieces of an answer, it gives back what people may see; tags may be split between pieces.

    A tag in a code fence, or right behind a backtick, is text. A block that is never closed stays hidden when the
    answer began with it; a later one was text after all, and is given back at the end of an answer that is whole.
    """

    def __init__(self) -> None:
        self._kept = ""
        self._closing = ""
        self._hidden: list[str] = []
        self._fenced = False
        self._last = ""

    @property
    def hiding(self) -> bool:
        """A block is open."""
        return bool(self._closing)

    def feed(self, piece: str) -> str:
        """What may be shown by now; a piece without marks costs three searches."""
        if self._last and not self._kept and not self._closing and "<" not in piece and "`" not in piece:
            return piece
        text, self._kept = self._kept + piece, ""
        shown: list[str] = []
        while text:
            text = self._hide(text) if self._closing else self._show(text, shown)
        return "".join(shown)

    def end(self, *, whole: bool) -> str:
        """What is still to be shown when the answer has ended; `whole` says that it ended properly."""
        kept, self._kept = self._kept, ""
        if not self._closing:
            return kept
        opening = self._closing.replace("/", "")
        return f"{opening}{''.join(self._hidden)}{kept}" if self._last and whole else ""

    def _show(self, text: str, shown: list[str]) -> str:
        """Show what comes before the next mark, and keep what may yet become one; what is left to look at."""
        found = MARK.search(text)
        if found is None or (found[0][0] == "`" and found.end() == len(text)):
            cut = found.start() if found else may_begin(text)
            self._kept = text[cut:]
            self._give(text[:cut], shown)
            return ""
        self._give(text[: found.start()], shown)
        if found[0][0] == "<" and not self._fenced and self._last != "`":
            self._closing, self._hidden = f"</{found[0][1:]}", []
            return text[found.end() :]
        self._fenced ^= found[0].startswith("`" * FENCE)
        self._give(found[0], shown)
        return text[found.end() :]

    def _give(self, text: str, shown: list[str]) -> None:
        text = text if self._last else text.lstrip()
        if text:
            shown.append(text)
            self._last = text[-1]

    def _hide(self, text: str) -> str:
        """Pass over the open block; what is left to look at behind it."""
        _, closing, after = text.partition(self._closing)
        if closing:
            self._closing, self._hidden = "", []
            return after
        cut = len(text) - overlap(text, self._closing)
        self._hidden.append(text[:cut])
        self._kept = text[cut:]
        return ""


def may_begin(text: str) -> int:
    """Where the text ends in what may become a tag; its length when it does not."""
    start = text.rfind("<", -LONGEST)
    return start if start >= 0 and any(tag.startswith(text[start:]) for tag in TAGS) else len(text)


def overlap(text: str, closing: str) -> int:
    """How many characters at the end of the text may begin the closing tag."""
    return next((length for length in range(len(closing) - 1, 0, -1) if text.endswith(closing[:length])), 0)

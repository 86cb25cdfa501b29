"""Cuts a growing Markdown text into segments that fit a platform's messages.

The pieces of all segments, put together, are the text: nothing is lost, doubled or moved. A code fence that a cut goes
through is closed in one segment and opened again, with its language, in the next. A sealed segment never changes.
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

# A mark of more would leave no room in a segment beside it: a model that repeats itself writes thousands.
FENCE = re.compile(r"^ {0,3}(`{3,20}(?!`)|~{3,20}(?!~))[ \t]*([^\n]*)$", re.MULTILINE)
LANGUAGE_LIMIT = 40
HALF_LINK = re.compile(r"<[^\s<>]{0,80}\Z")
HALF_FENCE = re.compile(r"^ {0,3}(?:`{1,2}|~{1,2}|`{3,}[^\n]*|~{3,}[^\n]*)\Z", re.MULTILINE)
HALF_ROW = re.compile(r"^ {0,3}\|[^\n]*\Z", re.MULTILINE)
JOINERS = ("\u200d", "\ufe0e", "\ufe0f", "\u20e3")


@dataclass(frozen=True, slots=True)
class Fence:
    """An open code fence: the mark that closes it, and the line that opens it again."""

    mark: str
    language: str

    @property
    def opening(self) -> str:
        return f"{self.mark}{self.language}\n"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the text with the fences that make it stand on its own."""

    piece: str
    before: str = ""
    after: str = ""

    @property
    def shown(self) -> str:
        return f"{self.before}{self.piece}{self.after}"


class Segmenter:
    """The segments of one text as it grows.

    `weigh` gives what a text counts against `limit`; the weight of two texts together is the sum of theirs.
    """

    def __init__(self, limit: int, weigh: Callable[[str], int] = len) -> None:
        self._limit = limit
        self._weigh = weigh
        self._arrived: list[str] = []
        self._open = ""
        self._fence: Fence | None = None
        self.sealed: list[Segment] = []

    def feed(self, text: str) -> None:
        """Add to the text; constant work."""
        self._arrived.append(text)

    def cut(self) -> None:
        """Seal what no longer fits into the open segment; work in proportion to what is open."""
        if self._arrived:
            self._open += "".join(self._arrived)
            self._arrived.clear()
        while self._weigh(self._closed(self._open).shown) > self._limit:
            self._seal(self._cut_point())

    def final(self) -> Segment:
        """The open segment as it is when the text has ended."""
        return Segment(self._open, self._opening)

    def rest(self, number: int) -> str:
        """The text from one segment on, in one piece that stands on its own."""
        parts = [*self.sealed[number:], self.final()]
        return parts[0].before + "".join(part.piece for part in parts)

    def preview(self) -> Segment:
        """The open segment without what may yet turn into something else: half a fence, a link, a table row."""
        return self._closed(stable(self._open, fence_after(self._open, self._fence)))

    @property
    def _opening(self) -> str:
        return self._fence.opening if self._fence else ""

    def _closed(self, piece: str) -> Segment:
        fence = fence_after(piece, self._fence)
        if fence is None:
            return Segment(piece, self._opening)
        newline = "" if (self._opening + piece).endswith("\n") else "\n"
        return Segment(piece, self._opening, newline + fence.mark)

    def _seal(self, length: int) -> None:
        segment = self._closed(self._open[:length])
        self._fence = fence_after(segment.piece, self._fence)
        self._open = self._open[length:]
        self.sealed.append(segment)

    def _cut_point(self) -> int:
        room = self._limit - self._weigh(self._opening)
        longest = bisect_right(range(len(self._open) + 1), room, key=lambda end: self._weigh(self._open[:end])) - 1
        while longest > 1:
            length = boundary(self._open, longest, self._fence)
            over = self._weigh(self._closed(self._open[:length]).shown) - self._limit
            if over <= 0:
                return length
            longest = min(length, longest) - over
        return 1


def boundary(text: str, longest: int, fence: Fence | None = None) -> int:
    """Where to cut: after a paragraph, a line, a sentence or a word in the second half, else between characters.

    The text begins inside `fence`. A cut leaves no fence empty: not just after its opening, nor just before its end.
    """
    least = longest // 2
    for end in ("\n\n", "\n", ". ", " "):
        found = text.rfind(end, least, longest)
        if found >= 0:
            return _around_a_fence_line(text, found + len(end), least, fence)
    return _between_characters(text, longest)


def _around_a_fence_line(text: str, cut: int, least: int, fence: Fence | None) -> int:
    opened = fence_after(text[:cut], fence)
    if opened is None:
        return cut
    line_before = text.rfind("\n", 0, cut - 1) + 1
    if (
        line_before > least
        and FENCE.match(text, line_before, cut - 1)
        and fence_after(text[:line_before], fence) is None
    ):
        return line_before
    after = FENCE.match(text, cut)
    if after and fence_after(after[0], opened) is None:
        return min(after.end() + 1, len(text))
    return cut


def _between_characters(text: str, cut: int) -> int:
    """Move a cut back so that it parts no combined character."""
    least = max(cut - 16, 1)
    while cut > least and cut < len(text) and (_joins(text[cut]) or text[cut - 1] == "\u200d"):
        cut -= 1
    return cut


def _joins(character: str) -> bool:
    return character in JOINERS or "\u0300" <= character <= "\u036f" or "\U0001f3fb" <= character <= "\U0001f3ff"


def fence_after(piece: str, fence: Fence | None) -> Fence | None:
    """The fence that is open at the end of a piece which begins inside `fence`.

    CommonMark 0.31, 4.5: a fence is closed by a line of at least as many of the same marks, with nothing behind them.
    """
    for found in FENCE.finditer(piece):
        mark, rest = found[1], found[2].strip()
        if fence is None:
            if mark[0] == "~" or "`" not in rest:
                fence = Fence(mark, rest.split()[0][:LANGUAGE_LIMIT] if rest else "")
        elif mark[0] == fence.mark[0] and len(mark) >= len(fence.mark) and not rest:
            fence = None
    return fence


def stable(text: str, fence: Fence | None) -> str:
    """The text without an end that may still change its meaning; `fence` is the one open at its end."""
    text = _without(HALF_FENCE, text)
    return text if fence else _without_half_table(_without(HALF_LINK, text))


def _without(pattern: re.Pattern[str], text: str) -> str:
    line = text.rfind("\n") + 1
    found = pattern.search(text, line)
    return text[: found.start()] if found else text


def _without_half_table(text: str) -> str:
    """Hold back an unfinished row, and a table's head until its second line tells that it is one."""
    text = _without(HALF_ROW, text)
    lines = text.splitlines(keepends=True)
    rows = 0
    while rows < len(lines) and lines[-1 - rows].lstrip().startswith("|"):
        rows += 1
    return text if rows != 1 else "".join(lines[:-1])

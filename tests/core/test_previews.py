"""What people see while a text grows, however it is cut into deltas."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.segments import Segmenter, fence_after

PARTS = (
    "word ",
    "a sentence. ",
    "ü👩\u200d👧",
    "<@U012ABC> ",
    "<https://example.com/a|b> ",
    "a < b ",
    "\n",
    "\n\n",
    "# Head\n",
    "| a | b |\n|---|---|\n| 1 | 2 |\n",
    "```python\nprint('`')\n```\n",
    "~~~\ncode | not a table\n~~~\n",
    "> quoted\n",
)
# A mention or a link that has begun and not ended.
HALF_LINK = re.compile(r"<(?:[@#!]|https?:)[^\s<>]{0,80}\Z")
HALF_FENCE = re.compile(r"^ {0,3}(`{1,2}|~{1,2})\Z", re.MULTILINE)


@st.composite
def deltas(draw: st.DrawFn) -> list[str]:
    """A Markdown text, cut anywhere."""
    text = "".join(draw(st.lists(st.sampled_from(PARTS), min_size=1, max_size=25)))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=40)) | {0, len(text)})
    return [text[start:end] for start, end in pairwise(cuts)]


def previews(given: list[str], limit: int) -> list[tuple[str, str, str]]:
    """After each delta: all that came, all pieces that are shown, and what the newest message shows."""
    segmenter, came, seen = Segmenter(limit), "", []
    for delta in given:
        came += delta
        segmenter.feed(delta)
        segmenter.cut()
        preview = segmenter.preview()
        pieces = "".join(part.piece for part in segmenter.sealed) + preview.piece
        seen.append((came, pieces, preview.shown))
    return seen


@given(deltas(), st.integers(80, 400))
def test_what_is_shown_is_always_a_beginning_of_the_text(given: list[str], limit: int) -> None:
    assert all(came.startswith(pieces) for came, pieces, _ in previews(given, limit))


@given(deltas(), st.integers(80, 400))
def test_what_was_shown_is_never_taken_back(given: list[str], limit: int) -> None:
    shown = [len(pieces) for _, pieces, _ in previews(given, limit)]
    assert shown == sorted(shown)


@given(deltas(), st.integers(80, 400))
def test_little_is_held_back(given: list[str], limit: int) -> None:
    """A row, a table's head, a fence's line or a link: never more than two lines."""
    assert all(came[len(pieces) :].count("\n") <= 1 for came, pieces, _ in previews(given, limit))


@given(deltas(), st.integers(80, 400))
def test_no_fence_is_half_shown(given: list[str], limit: int) -> None:
    for _, _, shown in previews(given, limit):
        assert fence_after(shown, None) is None
        assert not HALF_FENCE.search(shown)


@given(deltas())
def test_no_mention_is_half_shown_outside_of_code(given: list[str]) -> None:
    for _, pieces, _ in previews(given, 10_000):
        assert fence_after(pieces, None) is not None or not HALF_LINK.search(pieces)


@given(deltas())
def test_no_table_is_shown_before_it_is_one(given: list[str]) -> None:
    for _, pieces, _ in previews(given, 10_000):
        if fence_after(pieces, None) is not None:
            continue
        *_, last = pieces.splitlines(keepends=True) or [""]
        if last.startswith("|"):
            assert last.endswith("\n")
            assert "|---|---|\n" in pieces

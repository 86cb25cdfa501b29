import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.segments import Fence, Segmenter, fence_after

WORDS = ["word ", "a sentence. ", "x" * 30, "é", "👩\u200d👩\u200d👧", "&", "<", "<@U1>", "<https://example.com>"]
LINES = ["\n", "\n\n", "# Head\n", "- item\n", "| a | b |\n", "|---|---|\n", "```python\n", "```\n", "~~~\n"]
markdown = st.lists(st.sampled_from([*WORDS, *LINES, "**bold**", "`code`"]), max_size=120)


def segmented(deltas: list[str], limit: int) -> Segmenter:
    segmenter = Segmenter(limit)
    for delta in deltas:
        segmenter.feed(delta)
        segmenter.cut()
    return segmenter


@given(markdown, st.integers(60, 400))
def test_the_pieces_put_together_are_the_text(deltas: list[str], limit: int) -> None:
    segmenter = segmented(deltas, limit)
    assert "".join(part.piece for part in [*segmenter.sealed, segmenter.final()]) == "".join(deltas)


@given(markdown, st.integers(60, 400))
def test_every_segment_fits(deltas: list[str], limit: int) -> None:
    segmenter = segmented(deltas, limit)
    assert all(len(part.shown) <= limit for part in [*segmenter.sealed, segmenter.final(), segmenter.preview()])


@given(markdown, st.integers(60, 400))
def test_no_sealed_segment_and_no_preview_leaves_a_fence_open(deltas: list[str], limit: int) -> None:
    segmenter = segmented(deltas, limit)
    assert all(fence_after(part.shown, None) is None for part in [*segmenter.sealed, segmenter.preview()])


@given(markdown, st.integers(60, 400))
def test_a_preview_shows_a_beginning_of_the_text(deltas: list[str], limit: int) -> None:
    segmenter = segmented(deltas, limit)
    assert segmenter.final().piece.startswith(segmenter.preview().piece)


def test_a_cut_falls_between_paragraphs_where_it_can() -> None:
    segmenter = segmented(["a" * 50 + "\n\n" + "b" * 80], 100)
    assert [part.piece for part in segmenter.sealed] == ["a" * 50 + "\n\n"]


def test_code_goes_on_in_its_language() -> None:
    segmenter = segmented(["```python\n" + "print(1)\n" * 30 + "```\n"], 120)
    assert len(segmenter.sealed) > 1
    assert all(part.shown.startswith("```python\n") for part in [*segmenter.sealed, segmenter.final()])


def test_a_text_of_exactly_the_limit_is_one_segment() -> None:
    assert segmented(["x" * 100], 100).sealed == []
    assert [part.piece for part in segmented(["x" * 101], 100).sealed] == ["x" * 100]


def test_half_a_fence_is_held_back() -> None:
    segmenter = segmented(["Look:\n``"], 100)
    assert segmenter.preview().shown == "Look:\n"


def test_code_is_previewed_with_its_fence_closed() -> None:
    segmenter = segmented(["```sh\nls"], 100)
    assert segmenter.preview().shown == "```sh\nls\n```"


def test_half_a_table_is_held_back() -> None:
    assert segmented(["Numbers:\n| a | b"], 100).preview().shown == "Numbers:\n"
    assert segmented(["Numbers:\n| a | b |\n"], 100).preview().shown == "Numbers:\n"
    assert segmented(["Numbers:\n| a | b |\n|---|---|\n"], 100).preview().shown == "Numbers:\n| a | b |\n|---|---|\n"


def test_a_fence_ends_with_as_many_marks_as_it_began() -> None:
    assert fence_after("````md\n```\n", None) == Fence("````", "md")
    assert fence_after("````md\n```\n````\n", None) is None


@pytest.mark.parametrize("mark", ["`", "~"])
def test_a_model_that_repeats_a_mark_fills_no_more_segments_than_its_text_has(mark: str) -> None:
    segments = segmented([mark * 1_990, "\nx" * 2_000, mark * 5_000], 2_000)
    assert max(len(segment.shown) for segment in [*segments.sealed, segments.final()]) <= 2_000
    assert len(segments.sealed) == 5


def test_weights_count_against_the_limit() -> None:
    segmenter = Segmenter(20, weigh=lambda text: len(text) + 3 * text.count("<"))
    segmenter.feed("<" * 11)
    segmenter.cut()
    assert [part.piece for part in segmenter.sealed] == ["<" * 5, "<" * 5]

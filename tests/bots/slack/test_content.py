import pytest
from hypothesis import given
from hypothesis import strategies as some

from bots.playground.slack import pings
from bots.slack import content, markup
from bots.slack.surface import TEXT_LIMIT
from core.segments import Segmenter
from core.surface import Controls

NOTIFYING = [
    "<!channel>",
    "<!here>",
    "<!everyone|x>",
    "<!subteam^S0TEAM0001>",
    "<@U0BEN00001>",
    "<@W0BEN00001|ben>",
]
PIECES = [
    *NOTIFYING,
    *"<>!@|&`~\n \\",
    "channel>",
    "!here>",
    "@U0BEN00001>",
    "```python\n",
    "```\n",
    "| a | b |\n",
    "&lt;!channel&gt;",
    "[x](<@U0BEN00001>)",
]

markdown = some.lists(some.one_of(some.sampled_from(PIECES), some.text(max_size=5)), max_size=40).map("".join)
deltas = some.lists(markdown, max_size=12)


def messages(pieces: list[str], limit: int) -> list[str]:
    """Every text that is shown of an answer that comes in these deltas."""
    segmenter, shown = Segmenter(limit, lambda text: len(markup.escaped(text))), []
    for piece in pieces:
        segmenter.feed(piece)
        segmenter.cut()
        shown.append(segmenter.preview().shown)
    return [*shown, *(segment.shown for segment in segmenter.sealed), segmenter.final().shown]


def notified(text: str) -> list[str]:
    said = content.rich(text, 1, Controls.SETTLED)
    return pings.named_in(said["text"], said["blocks"], None) + pings.named_in(content.plain(text)["text"], None, None)


@given(deltas, some.integers(60, 400))
def test_no_markdown_notifies_anybody_wherever_it_is_cut(pieces: list[str], limit: int) -> None:
    assert [text for text in messages(pieces, limit) if notified(text)] == []


@given(deltas, some.integers(60, 400))
def test_what_is_sent_stays_within_the_limit(pieces: list[str], limit: int) -> None:
    for text in messages(pieces, limit):
        assert len(content.rich(text, 1, Controls.NONE)["text"]) <= limit
        assert len(markup.defused(text)) <= limit


@given(markdown)
def test_taking_the_joiners_out_gives_the_markdown_back(text: str) -> None:
    bare = text.replace(markup.WORD_JOINER, "")
    assert markup.defused(bare).replace(markup.WORD_JOINER, "") == bare


@pytest.mark.parametrize("text", NOTIFYING)
def test_each_mention_is_defused(text: str) -> None:
    assert pings.named_in(text, None, None)
    assert notified(text) == []
    assert markup.defused(text.swapcase()) != text.swapcase()


@pytest.mark.parametrize(
    "text",
    ["a@b.example", "https://x.example/@y", "`@dataclass`", "<!DOCTYPE html>", "<!-- x -->", "<b>@all</b>", "a <@ b"],
)
def test_what_notifies_nobody_is_left_alone(text: str) -> None:
    assert markup.defused(text) == text


def test_the_limit_leaves_room_below_what_slack_refuses() -> None:
    assert TEXT_LIMIT < 4_000

"""Usage as a picture: bars, drawn with the library that reads people's pictures, which has a font of its own."""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass

from core.caps import money
from core.usage import Report
from storage.usage import Facet

WIDTH, BAR, GAP, EDGE = 960, 26, 12, 28
LABEL, VALUE = 220, 130
MOST_BARS = 31
TITLE_SIZE, TEXT_SIZE = 24, 17
PAPER, INK, QUIET, COLOUR = "#ffffff", "#1d2733", "#8a94a0", "#3266c8"
LONGEST_LABEL = 24


@dataclass(frozen=True, slots=True)
class Bar:
    """A name, how long its bar is, and what is written behind it."""

    name: str
    size: int
    value: str


def bars(report: Report) -> tuple[Bar, ...]:
    """Dollars where they are known, else tokens; the last days, or the largest of the others."""
    lines = report.lines[-MOST_BARS:] if report.facet is Facet.DAY else report.lines[:MOST_BARS]
    if report.shows_cost:
        return tuple(Bar(line.name, line.cost_microusd, money(line.cost_microusd)) for line in lines)
    return tuple(_of_tokens(line.name, line.tokens_in + line.tokens_out) for line in lines)


def _of_tokens(name: str, tokens: int) -> Bar:
    return Bar(name, tokens, f"{tokens:,}")


def unit(report: Report) -> str:
    """What the bars count."""
    return "US dollars" if report.shows_cost else "tokens"


async def picture(report: Report) -> bytes:
    """The report as a PNG; drawn in a thread, as it takes some ten milliseconds."""
    return await asyncio.to_thread(drawn, report.title, unit(report), bars(report))


def drawn(title: str, counted: str, listed: Sequence[Bar]) -> bytes:
    """Bars below one another, each with its name before and its value behind it."""
    # Loading the library takes 5 MB, which a process that is asked for no chart does not need.
    from PIL import Image, ImageDraw, ImageFont

    height = 2 * EDGE + 2 * TITLE_SIZE + 2 * GAP + max(len(listed), 1) * (BAR + GAP)
    image = Image.new("RGB", (WIDTH, height), PAPER)
    pen, text = ImageDraw.Draw(image), ImageFont.load_default(TEXT_SIZE)
    pen.text((EDGE, EDGE), title, INK, ImageFont.load_default(TITLE_SIZE))
    pen.text((EDGE, EDGE + TITLE_SIZE + GAP // 2), counted, QUIET, text)
    largest = max((bar.size for bar in listed), default=0)
    room = WIDTH - 2 * EDGE - LABEL - VALUE
    for number, bar in enumerate(listed):
        top = EDGE + 2 * TITLE_SIZE + 2 * GAP + number * (BAR + GAP)
        middle = top + BAR // 2
        pen.text((EDGE + LABEL - GAP, middle), _short(bar.name), INK, text, anchor="rm")
        length = round(room * bar.size / largest) if largest else 0
        pen.rounded_rectangle((EDGE + LABEL, top, EDGE + LABEL + max(length, 2), top + BAR), 4, COLOUR)
        pen.text((EDGE + LABEL + max(length, 2) + GAP, middle), bar.value, INK, text, anchor="lm")
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


def _short(name: str) -> str:
    line = " ".join(name.split())
    return line if len(line) <= LONGEST_LABEL else f"{line[: LONGEST_LABEL - 1]}…"

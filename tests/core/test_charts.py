import io
from datetime import date

from PIL import Image

from bots.slack import usage_chart
from core import charts, usage
from core.usage import Report
from storage.usage import Facet
from storage.usage import Usage as Used


def report(*lines: Used, facet: Facet = Facet.PERSON) -> Report:
    return Report(whose="Everybody", facet=facet, since=date(2026, 11, 1), until=date(2026, 11, 22), lines=lines)


def used(name: str, cost_microusd: int = 0, tokens: int = 10) -> Used:
    return Used(key=name, name=name, replies=1, tokens_in=tokens, cost_microusd=cost_microusd)


async def test_the_picture_has_a_bar_for_each_as_long_as_what_it_stands_for() -> None:
    data = await charts.picture(report(used("Ann", 2_000_000), used("Ben", 1_000_000)))
    with Image.open(io.BytesIO(data)) as image:
        pixels = image.convert("RGB")
        rows: dict[int, int] = {}
        for y in range(pixels.height):
            rows[y] = sum(pixels.getpixel((x, y)) == (0x32, 0x66, 0xC8) for x in range(pixels.width))
    lengths = sorted({length for length in rows.values() if length > 50})
    assert lengths
    assert 1.9 <= max(lengths) / lengths[0] <= 2.1


async def test_a_picture_is_drawn_of_names_of_every_kind_and_of_very_many() -> None:
    names = ["", "x" * 300, "Zoë\n\tĐorđe", "名前", "🦜", *map(str, range(100))]
    data = await charts.picture(report(*(used(name, tokens=number) for number, name in enumerate(names))))
    with Image.open(io.BytesIO(data)) as image:
        assert image.height < 2_000


def test_bars_count_dollars_where_they_are_known_and_tokens_elsewhere() -> None:
    assert charts.bars(report(used("Ann", 1_500_000)))[0].value == "$1.50"
    assert charts.bars(report(used("Ann", 0, 1_234)))[0].value == "1,234"


def test_slacks_chart_keeps_to_its_limits() -> None:
    (block,) = usage_chart.blocks(report(*(used("a very long name of somebody", number) for number in range(1, 60))))
    data = block["chart"]["series"][0]["data"]
    labels = [point["label"] for point in data]
    assert len(labels) == len(set(labels)) == 20
    assert block["chart"]["axis_config"]["categories"] == labels
    assert all(len(label) <= 20 for label in labels)
    assert len(block["title"]) <= 50
    assert usage_chart.blocks(report()) == ()


def test_what_people_read_says_the_sum_first_and_no_more_lines_than_they_read() -> None:
    told = usage.told(report(*(used(f"P{number}", 1_000_000) for number in range(40)))).splitlines()
    assert told[0].startswith("Everybody, 1 November 2026 to 22 November 2026: 40 answers, 400 tokens read")
    assert told[-1] == "and 25 more"
    assert len(told) == 17

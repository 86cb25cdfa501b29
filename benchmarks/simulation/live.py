"""Live replies in simulated time: the real displays, segments, lines and budgets, on the simulated platform."""

import asyncio
from collections.abc import Sequence

import msgspec

from benchmarks.simulation import bounds, clock, traffic
from benchmarks.simulation.limits import Limits
from benchmarks.simulation.platform import Platform, Surface
from benchmarks.simulation.traffic import Question
from core.display import Display
from core.writes import Writes


class Run(msgspec.Struct, frozen=True):
    """What came of the questions of one run: seconds from the question to its first and to its final text, and what the
    limits allow at best; edits, refusals, and the answers whose text is not what the model said."""

    title: str
    replies: int
    first_s: list[float]
    final_s: list[float]
    first_bound_s: list[float]
    final_bound_s: list[float]
    edits: int
    refused: int
    wrong: int


def simulated(title: str, questions: Sequence[Question], limits: Limits) -> Run:
    """Answer all of them, in simulated time."""
    platform = Platform()
    surfaces = clock.run(_answered(questions, limits, platform))
    text = "".join(traffic.words())
    asked = [question.asked_at for question in questions]
    return Run(
        title=title,
        replies=len(questions),
        first_s=_since(asked, [surface.shown[0].posted_at for surface in surfaces]),
        final_s=_since(asked, [surface.shown[-1].changed_at for surface in surfaces]),
        first_bound_s=_since(asked, bounds.first_texts(questions, limits)),
        final_bound_s=_since(asked, bounds.final_texts(questions, limits)),
        edits=sum(shown.edits for surface in surfaces for shown in surface.shown),
        refused=platform.refused,
        wrong=sum("".join(shown.text for shown in surface.shown) != text for surface in surfaces),
    )


def _since(asked: Sequence[float], moments: Sequence[float]) -> list[float]:
    return [moment - at for at, moment in zip(asked, moments, strict=True)]


async def _answered(questions: Sequence[Question], limits: Limits, platform: Platform) -> list[Surface]:
    writes = Writes(asyncio.get_running_loop().time)
    surfaces = [Surface(platform, *limits.of(question.workspace, question.channel)) for question in questions]
    async with asyncio.TaskGroup() as live:
        for number, (question, surface) in enumerate(zip(questions, surfaces, strict=True)):
            live.create_task(_answer(question, surface, writes, f"r{number}"))
    await writes.close()
    return surfaces


async def _answer(question: Question, surface: Surface, writes: Writes, name: str) -> None:
    async def keep(number: int, message_id: str) -> None:
        """Nothing is stored here."""

    loop = asyncio.get_running_loop()
    await asyncio.sleep(question.first_at - loop.time())
    display = Display(surface, writes, name, keep)
    for number, text in enumerate(traffic.words()):
        due = question.first_at + number * traffic.TOGETHER / traffic.TOKENS_PER_S
        await asyncio.sleep(due - loop.time())
        display.add(text)
    await asyncio.sleep(question.ended_at - loop.time())
    await display.end()

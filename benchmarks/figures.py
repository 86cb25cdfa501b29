"""What is counted and computed from the samples; pure."""

import math
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from statistics import median

import msgspec


class Verdict(StrEnum):
    """What became of one answer."""

    WHOLE = "whole"
    LOST = "lost"
    GARBLED = "garbled"
    DOUBLED = "doubled"


class Exchange(msgspec.Struct, frozen=True):
    """One question and its answer, in the milliseconds that the subject added to the model's own time: until it asked
    the model, until its first text was visible, and from the model's end to its final text."""

    number: int
    verdict: Verdict
    edits: int
    asked_ms: float | None = None
    first_ms: float | None = None
    final_ms: float | None = None


class Sample(msgspec.Struct, frozen=True):
    """One run of one subject in a process of its own."""

    exchanges: list[Exchange]
    cpu_s: float
    started_s: float
    start_cpu_s: float
    peak_mb: float | None
    refused: int


class Figure(msgspec.Struct, frozen=True):
    """One row: a number where it could be measured, and whether a ratio of it means anything."""

    name: str
    value: float | None
    comparable: bool = True


def verdict(texts: Sequence[str], expected: Sequence[str]) -> Verdict:
    """What the messages of one answer, put together, are of the words that the model said."""
    words = " ".join(texts).split()
    if not words:
        return Verdict.LOST
    if words == list(expected):
        return Verdict.WHOLE
    return Verdict.DOUBLED if Counter(words)[expected[0]] > 1 else Verdict.GARBLED


def percentile(values: Sequence[float], share: float) -> float | None:
    """The least value that this share of all values does not exceed (nearest rank); None of no values."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


def figures(samples: Sequence[Sample]) -> list[Figure]:
    """The rows of one subject at one load, all its runs taken together."""
    exchanges = [exchange for sample in samples for exchange in sample.exchanges]
    asked = [exchange.asked_ms for exchange in exchanges if exchange.asked_ms is not None]
    firsts = [exchange.first_ms for exchange in exchanges if exchange.first_ms is not None]
    finals = [exchange.final_ms for exchange in exchanges if exchange.final_ms is not None]
    peaks = [sample.peak_mb for sample in samples if sample.peak_mb is not None]
    counted = Counter(exchange.verdict for exchange in exchanges)
    return [
        Figure("model asked after, ms, p50", percentile(asked, 0.5)),
        Figure("model asked after, ms, p99", percentile(asked, 0.99)),
        Figure("first text, ms added, p50", percentile(firsts, 0.5)),
        Figure("first text, ms added, p99", percentile(firsts, 0.99)),
        Figure("final text, ms added, p50", percentile(finals, 0.5)),
        Figure("final text, ms added, p99", percentile(finals, 0.99)),
        Figure("CPU per reply, ms", 1000 * sum(sample.cpu_s for sample in samples) / len(exchanges)),
        Figure("peak memory, MB", max(peaks, default=None)),
        Figure("start-up to ready, s", median(sample.started_s for sample in samples)),
        Figure("start-up CPU, s", median(sample.start_cpu_s for sample in samples)),
        Figure("edits per reply", sum(exchange.edits for exchange in exchanges) / len(exchanges)),
        *(Figure(name.value, counted[name], comparable=False) for name in Verdict),
        Figure("429s", sum(sample.refused for sample in samples), comparable=False),
    ]

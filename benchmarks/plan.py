"""What the command line asks to be measured."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from benchmarks import scale
from benchmarks.load import ANSWER_TOKENS, TOKENS_PER_S, Load
from benchmarks.results import FOLDER
from benchmarks.subjects import USUAL, Subject
from storage.words import Platform

SINGLE_ROUNDS = 4
REPEATS = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """Every load, which subjects are run under it and how often, and where the plot goes."""

    loads: tuple[Load, ...]
    subjects: tuple[Subject, ...]
    repeats: int
    plot: Path


def plan_of(arguments: list[str]) -> Plan:
    """What the command line asks for."""
    given = _parser().parse_args(arguments)
    numbers = scale.counts(given.replies)
    loads = tuple(_load(platform, replies, given) for platform in given.platforms for replies in numbers)
    subjects = tuple(Subject) if given.least else USUAL
    return Plan(loads, subjects, scale.count(given.repeats or (1 if given.quick else REPEATS)), given.plot)


def _load(platform: Platform, replies: int, given: argparse.Namespace) -> Load:
    """A single reply is measured in several rounds; each question has a channel of its own unless told otherwise."""
    rounds = 1 if replies > 1 else scale.count(2 if given.quick else SINGLE_ROUNDS)
    asked = replies * rounds
    channels = min(given.channels or asked, asked)
    tokens, over_s = scale.count(given.tokens), scale.factor() * given.over
    return Load(platform, replies, channels, rounds, given.limits == "on", tokens, given.speed, over_s)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Parley beside a bare script.")
    parser.add_argument("--quick", action="store_true", help="one run of each, to see that everything works")
    parser.add_argument("--least", action="store_true", help="beside a script that does the least, too")
    parser.add_argument("--platforms", type=_platforms, default=tuple(Platform), help="slack,discord")
    parser.add_argument("--replies", type=_numbers, default=(1, 50), help="how many at once, such as 1,20,100,300")
    parser.add_argument("--channels", type=int, default=0, help="at most so many channels (one for each reply)")
    parser.add_argument("--limits", choices=("on", "off"), default="off", help="the platforms' rate limits (off)")
    parser.add_argument("--tokens", type=int, default=ANSWER_TOKENS, help="the tokens of each answer")
    parser.add_argument("--speed", type=float, default=TOKENS_PER_S, help="how many of them come in a second")
    parser.add_argument("--over", type=float, default=0.0, help="the seconds within which everybody asks (at once)")
    parser.add_argument("--plot", type=Path, default=FOLDER / "benchmarks.png", help="where the plot goes")
    parser.add_argument("--repeats", type=int, default=0, help=f"runs of each subject for each load ({REPEATS})")
    return parser


def _platforms(text: str) -> tuple[Platform, ...]:
    return tuple(Platform(name) for name in text.split(","))


def _numbers(text: str) -> tuple[int, ...]:
    numbers = tuple(int(number) for number in text.split(","))
    if min(numbers) < 1:
        raise ValueError("at least one reply")
    return numbers

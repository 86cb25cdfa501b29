"""What the readings of a soak come to, and which goals are met; pure."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import mean

import msgspec

GROWTH = 0.05
LAG_S = 0.05
LAG_SHARE = 0.01
# What a process at rest may have more of than it had before: a connection to the database, or one that is kept open.
MORE_AT_REST = 5


class Reading(msgspec.Struct, frozen=True):
    """The process at one moment, `at_s` seconds after the load began; None is what it did not tell.

    `cpu_s` is the processor time that it has had so far, and `starved_s` how long its main thread could have gone on in
    that time if others had not had the processors.
    """

    at_s: float
    rss_mb: float
    threads: int
    files: int
    sockets: int
    tasks: int | None = None
    answering: int = 0
    cpu_s: float = 0.0
    starved_s: float = 0.0


class Lag(msgspec.Struct, frozen=True):
    """How late the event loop was: by upper bound in seconds, how many looks at it found no more than that."""

    counts: Mapping[float, float]

    def since(self, earlier: "Lag") -> "Lag":
        """What was found after an earlier moment."""
        return Lag({bound: count - earlier.counts.get(bound, 0.0) for bound, count in self.counts.items()})

    @property
    def looks(self) -> float:
        return max(self.counts.values(), default=0.0)

    def beyond(self, seconds: float) -> float | None:
        """The share of looks that found more than one of the bounds; None when there were none."""
        if not self.looks:
            return None
        return 1.0 - self.counts[seconds] / self.looks

    def percentile(self, share: float) -> float | None:
        """The seconds that this share of looks did not exceed, evenly spread within its bounds; None without looks."""
        wanted = share * self.looks
        for (low, below), (high, count) in pairwise([(0.0, 0.0), *sorted(self.counts.items())]):
            if self.looks and count >= wanted:
                return low if math.isinf(high) else low + (high - low) * (wanted - below) / max(count - below, 1e-9)
        return None


class Answers(msgspec.Struct, frozen=True):
    """What became of all questions; `beyond_s` is how long each answer took beside the model's own time."""

    conversations: int
    asked: int
    whole: int
    wrong: dict[str, int]
    beyond_s: list[float] = []


class Goal(msgspec.Struct, frozen=True):
    """One line of the verdict: what was wanted, what was found, and whether that is enough; None was not measured."""

    name: str
    wanted: str
    found: str
    met: bool | None


class Soak(msgspec.Struct, frozen=True):
    """Everything that was seen: the readings under load, and the process at rest before and after."""

    readings: list[Reading]
    before: Reading
    after: Reading
    lag: Lag
    answers: Answers


def quarters(readings: Sequence[Reading]) -> list[list[Reading]]:
    """The readings of each quarter of the time that they cover."""
    found: list[list[Reading]] = [[], [], [], []]
    begin, end = readings[0].at_s, readings[-1].at_s
    for reading in readings:
        place = 4 * (reading.at_s - begin) / max(end - begin, 1e-9)
        found[min(int(place), 3)].append(reading)
    return found


def rates(readings: Sequence[Reading]) -> tuple[float, float]:
    """For each second of the load, the seconds of processor time that the process had, and those that it waited."""
    first, last = readings[0], readings[-1]
    seconds = max(last.at_s - first.at_s, 1e-9)
    return (last.cpu_s - first.cpu_s) / seconds, (last.starved_s - first.starved_s) / seconds


def mean_of(readings: Sequence[Reading], name: str) -> float | None:
    """The mean of one figure over some readings; None where it was not told."""
    values = [value for reading in readings if (value := getattr(reading, name)) is not None]
    return mean(values) if values else None


def goals(soak: Soak, conversations: int) -> list[Goal]:
    """Every goal of a soak of at least so many conversations."""
    return [
        _flat(soak.readings),
        _lag(soak.lag),
        *_at_rest(soak.before, soak.after),
        _answered(soak.answers),
        Goal(
            "conversations",
            f"at least {conversations:,}",
            f"{soak.answers.conversations:,}",
            soak.answers.conversations >= conversations,
        ),
    ]


def _flat(readings: Sequence[Reading]) -> Goal:
    """Memory: the last quarter beside the second, as the first one still fills what is kept on purpose."""
    _, second, _, last = quarters(readings)
    early, late = (mean(reading.rss_mb for reading in quarter) for quarter in (second, last))
    growth = late / early - 1.0
    return Goal(
        "memory of the last quarter beside the second",
        f"within {GROWTH:.0%}",
        f"{early:.1f} → {late:.1f} MB ({growth:+.1%})",
        abs(growth) <= GROWTH,
    )


def _lag(lag: Lag) -> Goal:
    late, beyond = lag.percentile(0.99), lag.beyond(LAG_S) if lag.looks else None
    found = "not told" if late is None or beyond is None else f"{1000 * late:.1f} ms ({beyond:.2%} of looks beyond)"
    met = None if beyond is None else beyond < LAG_SHARE
    return Goal("event-loop lag, p99", f"under {1000 * LAG_S:.0f} ms", found, met)


def _at_rest(before: Reading, after: Reading) -> Iterator[Goal]:
    """Whatever is opened or begun for a reply is closed or ended with it."""
    for name in ("tasks", "threads", "files", "sockets"):
        early, late = getattr(before, name), getattr(after, name)
        known = early is not None and late is not None
        found = f"{early} → {late}" if known else "not told"
        met = late <= early + MORE_AT_REST if known else None
        yield Goal(f"{name} at rest, before and after", f"at most {MORE_AT_REST} more", found, met)


def _answered(answers: Answers) -> Goal:
    wrong = "".join(f", {count} {name}" for name, count in answers.wrong.items() if count)
    found = f"{answers.whole:,} of {answers.asked:,}{wrong}"
    return Goal("questions answered whole", "all", found, answers.whole == answers.asked)

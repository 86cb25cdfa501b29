"""The best schedules found, within a platform's limits, for those who do not know the future; pure.

Nobody here previews anything or loses time on the way, and those who came first are served first. Each reply takes one
post of its channel in any case: before it has ended, with an edit at its end, or once it has ended. While a finished
reply waits for a post, nobody who shows another one with it has any text sooner, but by letting that one overtake; what
is left to decide is which of the posts that no finished reply needs are used to show one early. A reply that is the
only one there is shown: nobody can know then who will ask next. For others it matters how many wait in their channel,
so each schedule shows them where at least so many do, and the *bound* is the schedule whose number turns out best. What
is gained by knowing, besides, how long each has waited and how often people ask, and how much is proven, is in
docs/decisions/0030.
"""

import heapq
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence

from benchmarks.figures import percentile
from benchmarks.simulation.limits import Limits
from benchmarks.simulation.traffic import Question
from core.budget import Rate

# How many replies of a channel wait where one of them is shown early; the last one is more than ever wait.
CROWDS = (1, 2, 3, 4, 5, 1_000_000)


class Slots:
    """A rate as so many hands, each of which writes once in a period."""

    def __init__(self, rate: Rate) -> None:
        self._period_s = rate.period_s
        self._free_at = [float("-inf")] * rate.limit

    @property
    def free_at(self) -> float:
        return self._free_at[0]

    @property
    def two_free_at(self) -> float:
        return heapq.nsmallest(2, self._free_at)[-1] if len(self._free_at) > 1 else self.free_at + self._period_s

    def take(self, moment: float) -> float:
        """Write at that moment; when the same hand may write again."""
        again_at = moment + self._period_s
        heapq.heapreplace(self._free_at, again_at)
        return again_at


class Budgets:
    """The writes of a platform: posts in channels and in workspaces, and edits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._slots: dict[tuple[str, int], Slots] = {}

    def posts(self, one: Question) -> list[Slots]:
        """All that a post of this reply takes from."""
        limits = self._limits
        slots = [self._of("post", one.channel, limits.posts)]
        if limits.all_posts is not None:
            slots.append(self._of("all posts", one.workspace, limits.all_posts))
        return slots

    def edits(self, one: Question) -> list[Slots]:
        """All that an edit of it takes from."""
        limits = self._limits
        return self.posts(one) if limits.edits is None else [self._of("edit", one.workspace, limits.edits)]

    def can_show(self, one: Question) -> bool:
        """Whether a reply that can be posted now can also be edited at its end."""
        if self._limits.edits is None:
            return max(slots.two_free_at for slots in self.posts(one)) <= one.ended_at
        return _free_at(self.edits(one)) <= one.ended_at

    def _of(self, kind: str, number: int, rate: Rate) -> Slots:
        if (kind, number) not in self._slots:
            self._slots[kind, number] = Slots(rate)
        return self._slots[kind, number]


class Schedule:
    """When the final texts are there of the replies that share anything, shown early where `crowd` of them wait."""

    def __init__(self, wanted: Sequence[Question], limits: Limits, crowd: int) -> None:
        self._wanted = wanted
        self._budgets = Budgets(limits)
        self._crowd = crowd
        self._moments = [moment for one in wanted for moment in (one.first_at, one.ended_at)]
        self._posts = {one.channel: self._budgets.posts(one) for one in wanted}
        self._begun: dict[int, deque[int]] = {channel: deque() for channel in self._posts}
        self._open = 0
        self._busy_until = float("-inf")
        self._final_at: dict[int, float] = {}
        heapq.heapify(self._moments)

    def run(self) -> Iterator[float]:
        """The final moment of each reply, in their order."""
        coming = deque(range(len(self._wanted)))
        while self._moments:
            now = self._moments[0]
            while self._moments and self._moments[0] <= now:
                heapq.heappop(self._moments)
            while coming and self._wanted[coming[0]].first_at <= now:
                number = coming.popleft()
                self._begun[self._wanted[number].channel].append(number)
                self._open += 1
            while (chosen := self._next(now)) is not None:
                self._post(chosen, now)
        return (self._final_at[number] for number in range(len(self._wanted)))

    def _next(self, now: float) -> int | None:
        """The reply that is posted now: the oldest that has ended, or else the oldest that is shown early."""
        free = [
            numbers[0]
            for channel, numbers in self._begun.items()
            if numbers and all(slots.free_at <= now for slots in self._posts[channel])
        ]
        ended = [number for number in free if self._wanted[number].ended_at <= now]
        return min(ended or filter(self._is_shown, free), default=None)

    def _is_shown(self, number: int) -> bool:
        one = self._wanted[number]
        waiting = len(self._begun[one.channel])
        alone = self._open == 1 and self._busy_until <= one.first_at
        return (alone or waiting >= self._crowd) and self._budgets.can_show(one)

    def _post(self, number: int, now: float) -> None:
        one = self._wanted[number]
        self._begun[one.channel].popleft()
        self._open -= 1
        self._take(self._posts[one.channel], now)
        if now < one.ended_at:
            self._take(self._budgets.edits(one), one.ended_at)
        self._final_at[number] = max(now, one.ended_at)
        self._busy_until = max(self._busy_until, self._final_at[number])

    def _take(self, way: Iterable[Slots], moment: float) -> None:
        for slots in way:
            heapq.heappush(self._moments, slots.take(moment))


def first_texts(wanted: Sequence[Question], limits: Limits) -> list[float]:
    """The bound of first texts: when each reply can be posted, once its model has said something."""
    budgets, moments = Budgets(limits), []
    for one in wanted:
        moments.append(max(one.first_at, _free_at(budgets.posts(one))))
        for slots in budgets.posts(one):
            slots.take(moments[-1])
    return moments


def final_texts(wanted: Sequence[Question], limits: Limits) -> list[float]:
    """The bound of final texts: the schedule with the least p99 of all waits."""

    def late(moments: Sequence[float]) -> float:
        waits = [moment - one.asked_at for one, moment in zip(wanted, moments, strict=True)]
        return percentile(waits, 0.99) or 0.0

    return min((scheduled(wanted, limits, crowd) for crowd in CROWDS), key=late)


def scheduled(wanted: Sequence[Question], limits: Limits, crowd: int) -> list[float]:
    """When each final text is there, if replies are shown early where so many wait, and where one is alone."""
    together: dict[int, list[int]] = defaultdict(list)
    for number, one in enumerate(wanted):
        together[one.workspace if limits.edits else one.channel].append(number)
    found: dict[int, float] = {}
    for numbers in together.values():
        moments = Schedule([wanted[number] for number in numbers], limits, crowd).run()
        found.update(zip(numbers, moments, strict=True))
    return [found[number] for number in range(len(wanted))]


def _free_at(way: Iterable[Slots]) -> float:
    return max(slots.free_at for slots in way)

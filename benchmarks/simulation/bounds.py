"""What a platform's limits allow at best; pure.

Neither previews anything nor loses time on the way, and both go first come, first served. The *bound* is not beaten by
whoever shows a reply early that is the only one there: nobody can know then who will ask next, and what it takes is
gone. Every other final text takes a post or an edit, whichever is allowed first; it may be loose, as the post that is
made before such an edit is not counted, and where posts wait for two budgets at once, another order may be better by a
little. The *ideal* can be done: a reply is shown early whenever an edit will be free at its end, else posted once.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence

from benchmarks.simulation.limits import Limits
from benchmarks.simulation.traffic import Question
from core.budget import Rate


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

    def take(self, moment: float) -> None:
        heapq.heapreplace(self._free_at, moment + self._period_s)


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
        """Whether a reply can be posted before its end, and edited at its end."""
        if self._limits.edits is None:
            return max(slots.two_free_at for slots in self.posts(one)) <= one.ended_at
        return max(_free_at(self.posts(one)), _free_at(self.edits(one))) <= one.ended_at

    def _of(self, kind: str, number: int, rate: Rate) -> Slots:
        if (kind, number) not in self._slots:
            self._slots[kind, number] = Slots(rate)
        return self._slots[kind, number]


def first_texts(wanted: Sequence[Question], limits: Limits) -> list[float]:
    """The bound of first texts: when each reply can be posted, once its model has said something."""
    budgets = Budgets(limits)
    return [_write([budgets.posts(one)], one.first_at) for one in wanted]


def final_texts(wanted: Sequence[Question], limits: Limits) -> list[float]:
    """The bound of final texts."""
    budgets, live, busy_until = Budgets(limits), Counter[int](), dict[int, float]()
    shown, moments = set[int](), [0.0] * len(wanted)
    for at, is_end, number in _steps(wanted):
        one = wanted[number]
        key = one.channel if limits.edits is None else one.workspace
        if is_end:
            ways = [budgets.edits(one)] if number in shown else [budgets.posts(one), budgets.edits(one)]
            moments[number] = _write(ways, at)
            busy_until[key] = max(busy_until.get(key, at), moments[number])
        elif not live[key] and busy_until.get(key, at) <= at and budgets.can_show(one):
            shown.add(number)
            _write([budgets.posts(one)], at)
        live[key] += -1 if is_end else 1
    return list(map(max, moments, first_texts(wanted, limits)))


def ideal(wanted: Sequence[Question], limits: Limits) -> list[float]:
    """When each final text is there by the ideal schedule."""
    budgets, moments = Budgets(limits), [0.0] * len(wanted)
    for at, is_end, number in _steps(wanted):
        one = wanted[number]
        if is_end and not moments[number]:
            moments[number] = _write([budgets.posts(one)], at)
        elif not is_end and budgets.can_show(one):
            _write([budgets.posts(one)], at)
            moments[number] = _write([budgets.edits(one)], one.ended_at)
    return moments


def _steps(wanted: Sequence[Question]) -> list[tuple[float, bool, int]]:
    """When each reply, by its number, has a text, and when it has ended."""
    begins = [(one.first_at, False, number) for number, one in enumerate(wanted)]
    return sorted(begins + [(one.ended_at, True, number) for number, one in enumerate(wanted)])


def _free_at(way: Iterable[Slots]) -> float:
    return max(slots.free_at for slots in way)


def _write(ways: Sequence[Sequence[Slots]], at: float) -> float:
    """Take the first write that is allowed from a moment on, in one of several ways; when that is."""
    moments = [max(at, _free_at(way)) for way in ways]
    chosen = moments.index(min(moments))
    for slots in ways[chosen]:
        slots.take(moments[chosen])
    return moments[chosen]

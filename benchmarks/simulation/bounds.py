"""What a platform's limits allow at best; pure.

Neither previews anything nor loses time on the way. The *bound* is never beaten: every reply has to be posted once, and
its final text takes a post or an edit, whichever is allowed first; it may be loose, as nothing can use all of that. The
*ideal* can be done: a reply is shown early only when an edit will be free at its end, else posted once, whole.
"""

import heapq
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

    def take(self, moment: float) -> None:
        heapq.heapreplace(self._free_at, moment + self._period_s)


class Budgets:
    """The writes of a platform: posts in channels and in workspaces, and edits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._slots: dict[tuple[str, int], Slots] = {}

    def posts(self, workspace: int, channel: int) -> list[Slots]:
        """All that a post in this channel takes from."""
        limits = self._limits
        slots = [self._of("post", channel, limits.posts)]
        if limits.all_posts is not None:
            slots.append(self._of("all posts", workspace, limits.all_posts))
        return slots

    def edits(self, workspace: int, channel: int) -> list[Slots]:
        """All that an edit there takes from."""
        limits = self._limits
        return self.posts(workspace, channel) if limits.edits is None else [self._of("edit", workspace, limits.edits)]

    def _of(self, kind: str, number: int, rate: Rate) -> Slots:
        if (kind, number) not in self._slots:
            self._slots[kind, number] = Slots(rate)
        return self._slots[kind, number]


def first_texts(wanted: Sequence[Question], limits: Limits) -> list[float]:
    """The bound of first texts: when each reply can be posted, once its model has said something."""
    budgets = Budgets(limits)
    return [_write([budgets.posts(one.workspace, one.channel)], one.first_at) for one in wanted]


def final_texts(wanted: Sequence[Question], limits: Limits) -> list[float]:
    """The bound of final texts."""
    budgets = Budgets(limits)
    written = [
        _write([budgets.posts(one.workspace, one.channel), budgets.edits(one.workspace, one.channel)], one.ended_at)
        for one in wanted
    ]
    return list(map(max, written, first_texts(wanted, limits)))


def ideal(wanted: Sequence[Question], limits: Limits) -> list[float]:
    """When each final text is there by the ideal schedule."""
    budgets = Budgets(limits)
    steps = sorted([(one.first_at, 0, number) for number, one in enumerate(wanted)])
    steps += [(one.ended_at, 1, number) for number, one in enumerate(wanted)]
    moments = [0.0] * len(wanted)
    for at, is_end, number in sorted(steps):
        one = wanted[number]
        posts, edits = budgets.posts(one.workspace, one.channel), budgets.edits(one.workspace, one.channel)
        if is_end and not moments[number]:
            moments[number] = _write([posts], at)
        elif not is_end and _free_at(posts) <= one.ended_at and _free_at(edits) <= one.ended_at:
            _write([posts], at)
            moments[number] = _write([edits], one.ended_at)
    return moments


def _free_at(way: Iterable[Slots]) -> float:
    return max(slots.free_at for slots in way)


def _write(ways: Sequence[Sequence[Slots]], at: float) -> float:
    """Take the first write that is allowed from a moment on, in one of several ways; when that is."""
    moments = [max(at, _free_at(way)) for way in ways]
    chosen = moments.index(min(moments))
    for slots in ways[chosen]:
        slots.take(moments[chosen])
    return moments[chosen]

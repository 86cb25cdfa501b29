"""How much a platform still allows on one key: pure, with the time passed in (seconds of a steady clock).

A platform allows `limit` writes in any `period_s` seconds. Several processes divide that by shares. A refusal makes a
budget more careful for a while, and a rate that the platform tells takes the place of the one that was known.
"""

from collections import deque
from dataclasses import dataclass, field, replace

# What is left of a rate after each refusal, and at least; a period without one gives a step back.
TRUST_STEP = 0.75
LEAST_TRUST = 0.25


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `limit` writes in any `period_s` seconds; the last `saved` of them are for final texts alone.

    Where the platform lets as many as `bursts` writes come together for a moment, it is enough that they are sent at
    this rate, however long they are on their way, while no more of them are.
    """

    limit: int
    period_s: float
    saved: int = 0
    bursts: int = 0

    @property
    def gap_s(self) -> float:
        """The seconds between writes that are spread evenly."""
        return self.period_s / (self.limit - self.saved)

    def part(self, share: float) -> "Rate":
        """What whoever has this share of it may write; less than one write in a period is one in a longer one."""
        limit = int(self.limit * share + 1e-9)
        if limit < 1:
            return replace(self, limit=1, period_s=self.period_s / (self.limit * share), saved=0)
        return replace(self, limit=limit, saved=min(self.saved, limit - 1))


@dataclass(slots=True, eq=False)
class Budget:
    """The writes of one key. `known` is what the platform allows, `rate` what is used of that.

    Its writes count on the budget that it is `within`, too.
    """

    known: Rate
    share: float = 1.0
    within: "Budget | None" = None
    paused_until: float = float("-inf")
    writing: int = 0
    rate: Rate = field(init=False)
    _trust: float = 1.0
    _trusted_at: float = float("-inf")
    _written: deque[float] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._reckon()

    def divide(self, share: float) -> None:
        """From now on so much of the key's rate is used here; the rest is for other processes."""
        if share != self.share:
            self.share = share
            self._reckon()

    def correct(self, known: Rate) -> None:
        """The platform tells another rate than the one that was known."""
        if known != self.known:
            self.known = known
            self._reckon()

    def hold(self, now: float, until: float) -> None:
        """Others have used what there was, and until then nothing is left.

        When they did is not known: from now on it counts as written here, evenly, up to the rate.
        """
        self.paused_until = max(self.paused_until, until)
        missing, first = self.rate.limit - len(self._written), min(until - self.rate.period_s, now)
        elsewhere = [first + (now - first) * number / missing for number in range(missing)]
        self._written = deque(sorted([*self._written, *elsewhere]))

    def refuse(self, until: float) -> None:
        """The platform said to wait (a 429 with Retry-After): nothing begins before `until`, and less after that.

        It may be that others write on the same key; what was known allowed too much in any case.
        """
        self.paused_until = max(self.paused_until, until)
        self._trust, self._trusted_at = max(self._trust * TRUST_STEP, LEAST_TRUST), until + self.known.period_s
        self._reckon()

    def free(self, now: float) -> int:
        """How many writes may begin now."""
        if now < self.paused_until:
            return 0
        self._recover(now)
        # Reckoned as in `moments`: rounded otherwise, a moment might be over there and still to come here.
        while self._written and self._written[0] + self.rate.period_s <= now:
            self._written.popleft()
        free = self.rate.limit - len(self._written) - (0 if self.rate.bursts else self.writing)
        if self.rate.bursts:
            free = min(free, self.rate.bursts - self.writing)
        return free if self.within is None else min(free, self.within.free(now))

    def used(self, now: float) -> float:
        """How much of what may be written in a period is used by now, from 0 to 1."""
        written = sum(moment + self.rate.period_s > now for moment in self._written)
        return min((written + (0 if self.rate.bursts else self.writing)) / self.rate.limit, 1.0)

    def begin(self, now: float) -> None:
        self.writing += 1
        if self.rate.bursts:
            self._written.append(now)
        if self.within is not None:
            self.within.begin(now)

    def end(self, began_at: float, written_at: float | None) -> None:
        """A write is over, or was not needed after all (None).

        It counts for one period from its answer's time, so that the platform's own window, which began no later, is
        never overrun.
        """
        self.writing -= 1
        if written_at is not None and not self.rate.bursts:
            self._written.append(written_at)
        if written_at is None and self.rate.bursts and began_at in self._written:
            self._written.remove(began_at)
        if self.within is not None:
            self.within.end(began_at, written_at)

    def moments(self) -> list[float]:
        """When something may begin that may not begin now."""
        own = [self.paused_until, *(moment + self.rate.period_s for moment in list(self._written)[:1])]
        return own if self.within is None else own + self.within.moments()

    def _recover(self, now: float) -> None:
        if self._trust < 1.0 and now >= self._trusted_at:
            self._trust, self._trusted_at = min(self._trust / TRUST_STEP, 1.0), now + self.known.period_s
            self._reckon()

    def _reckon(self) -> None:
        self.rate = self.known.part(self.share * self._trust)

"""Who may write when, on one key that a platform limits: pure, with the time passed in (seconds of a steady clock).

A `Line` is the budget of a key, for all live replies together, and the claims that wait for it. First texts and whole
answers go first, then final texts, then previews, each in the order of asking. A reply that is shown early owes a final
write; previews and early openings never spend what is owed. Where an early opening has to wait for what was spent on
others, there are no previews for a period.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

from core.budget import Budget

# Nobody reads faster than this, whatever a platform allows.
LEAST_GAP_S = 1.0
# Where edits are scarce, one in so many is kept for channels where most replies wait to be shown.
KEPT_OF = 10


class Want(IntEnum):
    """What a claim wants to write, most urgent first."""

    WHOLE = 0  # a new message with its final text
    FIRST = 1  # a new message that will still grow
    FINAL = 2  # the last edit of a message
    PREVIEW = 3  # an edit that a later one replaces


@dataclass(slots=True, eq=False)
class Claim:
    """One live reply's place in its lines.

    `ready_at` is when its next preview may go at the earliest; `writing` holds from when its turn comes until its write
    is over, and `began_at` is when that was; `owing` holds while a final edit is owed.
    """

    want: Want | None = None
    ready_at: float = 0.0
    writing: bool = False
    began_at: float = 0.0
    owing: bool = False


@dataclass(slots=True, eq=False)
class Line:
    """The budget of one key, and who waits for it."""

    budget: Budget
    owed: int = 0
    _preview_at: float = float("-inf")
    _scarce_until: float = float("-inf")
    _waiting: dict[Want, dict[Claim, None]] = field(default_factory=lambda: {want: {} for want in Want})

    def ask(self, claim: Claim, want: Want) -> None:
        """Wait for a write; a claim that waits already changes what it wants."""
        self.leave(claim)
        claim.want = want
        self._waiting[want][claim] = None

    def leave(self, claim: Claim) -> None:
        """Wait no longer."""
        for waiting in self._waiting.values():
            waiting.pop(claim, None)
        claim.want = None

    def next(self, now: float, edits_of: Callable[[Claim], "Line"]) -> Claim | None:
        """The claim that may write now, taken out of the line; None when none may.

        `edits_of` gives the line on which a claim's message, once opened, owes its final edit (it may be this one). It
        is owed from now on: openings that are under way at the same time must not count on the same write.
        """
        free = self.budget.free(now)
        if free <= 0:
            return None
        usual = free - self.budget.rate.saved
        claim = self._first(Want.WHOLE) or self._early(edits_of, now) or self._first(Want.FINAL)
        if claim is None and usual > self.owed:
            claim = self._preview(now)
        if claim is None:
            return None
        if claim.want is Want.FIRST:
            edits_of(claim).owe(claim)
        self.leave(claim)
        claim.writing, claim.began_at = True, now
        self.budget.begin(now)
        return claim

    def spare(self, now: float) -> int:
        """How many writes may begin now beyond the final ones that are owed, and those that are saved for them."""
        return self.budget.free(now) - self.budget.rate.saved - self.owed

    def affords(self, now: float, writes: int, waiting: int) -> bool:
        """Whether an early opening may take so many writes here, the final one among them, where so many wait for one.

        Where it may not, though all that may be written in a period were enough, writes are scarce for as long:
        previews wait, and the last ones are for where most wait, as who is posted early leaves a later post to others.
        """
        spare, rate = self.spare(now), self.budget.rate
        if spare < writes <= rate.limit - rate.saved - self.owed:
            self._scarce_until = now + rate.period_s
        kept = max(rate.limit // KEPT_OF - waiting, 0) if now < self._scarce_until else 0
        return spare >= writes + kept

    def wrote(self, claim: Claim, now: float) -> None:
        """A write is over."""
        claim.writing = False
        self.budget.end(claim.began_at, now)

    def spared(self, claim: Claim) -> None:
        """A write was not needed after all."""
        claim.writing = False
        self.budget.end(claim.began_at, None)

    def owe(self, claim: Claim) -> None:
        if not claim.owing:
            claim.owing = True
            self.owed += 1

    def settle(self, claim: Claim) -> None:
        if claim.owing:
            claim.owing = False
            self.owed -= 1

    def wait_s(self, now: float) -> float | None:
        """The seconds until it makes sense to ask again; None when nobody waits."""
        if not any(self._waiting.values()):
            return None
        moments = self.budget.moments()
        if preview := self._first(Want.PREVIEW):
            moments += [self._preview_at + self.budget.rate.gap_s, preview.ready_at, self._scarce_until]
        return min((moment - now for moment in moments if moment > now), default=self.budget.rate.gap_s)

    @property
    def preview_gap_s(self) -> float:
        """The least seconds from one text of a reply to its next preview."""
        return max(self.budget.rate.gap_s, LEAST_GAP_S)

    @property
    def idle(self) -> bool:
        return not self.budget.writing and not self.owed and not any(self._waiting.values())

    @property
    def waiting(self) -> list[tuple[Want, int]]:
        """How many claims wait, by what they want."""
        return [(want, len(claims)) for want, claims in self._waiting.items()]

    def _first(self, want: Want) -> Claim | None:
        return next(iter(self._waiting[want]), None)

    def _early(self, edits_of: Callable[[Claim], "Line"], now: float) -> Claim | None:
        claim = self._first(Want.FIRST)
        if claim is None:
            return None
        edits = edits_of(claim)
        writes = 2 if edits is self else 1
        return claim if edits.affords(now, writes, len(self._waiting[Want.FIRST])) else None

    def _preview(self, now: float) -> Claim | None:
        if now < max(self._preview_at + self.budget.rate.gap_s, self._scarce_until):
            return None
        claim = self._first(Want.PREVIEW)
        if claim is None or now < claim.ready_at:
            return None
        self._preview_at = now
        claim.ready_at = now + self.preview_gap_s
        return claim

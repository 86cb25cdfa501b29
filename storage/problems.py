"""What is wrong with what people have asked for, in sentences for them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the field of the form that it is about, if any, and a sentence for people."""

    field: str
    sentence: str


class NotPossible(ValueError):
    """What was asked cannot be done; the message says why in a sentence for people, or in several.

    `problems` has them one by one; `field` is that of the first.
    """

    def __init__(self, sentence: str, field: str = "", *, more: Iterable[Problem] = ()) -> None:
        self.problems = (Problem(field, sentence), *more)
        super().__init__(" ".join(problem.sentence for problem in self.problems))
        self.field = field

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> "NotPossible":
        """All of them in one; there is at least one."""
        first, *more = problems
        return cls(first.sentence, first.field, more=more)

"""Who asks when and where in a simulated run; pure."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

FIRST_TOKEN_S = 0.3
TOKENS_PER_S = 60.0
ANSWER_TOKENS = 200
# Tokens come in lines of so many, as a model's server sends them when it is busy.
TOGETHER = 12
ASKED_WITHIN_S = 1.0
MOST_CHANNELS = 100
# How much more often the busiest of many workspaces is asked than the second, and that than the third.
ZIPF = 1.1
CHANNELS_EACH = 5


@dataclass(frozen=True, slots=True)
class Question:
    """One reply that is wanted."""

    asked_at: float
    workspace: int
    channel: int

    @property
    def first_at(self) -> float:
        """When the model has said something."""
        return self.asked_at + FIRST_TOKEN_S

    @property
    def ended_at(self) -> float:
        """When it has said everything."""
        return self.first_at + ANSWER_TOKENS / TOKENS_PER_S


def one_workspace(replies: int, seed: int = 1) -> list[Question]:
    """So many replies at once in one workspace, on at most a hundred channels."""
    chance = random.Random(seed)
    channels = min(replies, MOST_CHANNELS)
    return sorted(
        (Question(chance.uniform(0.0, ASKED_WITHIN_S), 0, number % channels) for number in range(replies)),
        key=lambda question: question.asked_at,
    )


def many_workspaces(workspaces: int, replies: int, seconds: float, seed: int = 1) -> list[Question]:
    """Questions at random moments, in workspaces as busy as Zipf's law has it."""
    chance = random.Random(seed)
    weights = list(accumulate(1 / rank**ZIPF for rank in range(1, workspaces + 1)))
    chosen = chance.choices(range(workspaces), cum_weights=weights, k=replies)
    asked = sorted(chance.uniform(0.0, seconds) for _ in range(replies))
    return [
        Question(at, workspace, CHANNELS_EACH * workspace + chance.randrange(CHANNELS_EACH))
        for at, workspace in zip(asked, chosen, strict=True)
    ]


def words() -> Iterator[str]:
    """The answer, as much at a time as comes together."""
    for start in range(0, ANSWER_TOKENS, TOGETHER):
        yield "".join(f"word{number} " for number in range(start, min(start + TOGETHER, ANSWER_TOKENS)))

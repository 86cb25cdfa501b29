"""What is asked of a subject, and what it is expected to show."""

from dataclasses import dataclass

from bots.playground.model import tokens
from storage.words import Platform

FIRST_TOKEN_S = 0.3
TOKENS_PER_S = 60.0
ANSWER_TOKENS = 200
# A round is given up when nothing has happened for so long. Slack counts edits by the minute, and a subject that keeps
# to that may wait as long.
PATIENCE_S = 75.0


@dataclass(frozen=True, slots=True)
class Load:
    """`replies` questions at once, each in a thread of its own, spread over `channels`; `rounds` times, one round after
    the other. They are asked within `over_s` seconds, and answered with `tokens` at `tokens_per_s`. With `limits`, the
    local servers enforce the platform's rate limits."""

    platform: Platform
    replies: int
    channels: int
    rounds: int = 1
    limits: bool = False
    tokens: int = ANSWER_TOKENS
    tokens_per_s: float = TOKENS_PER_S
    over_s: float = 0.0

    @property
    def asked(self) -> int:
        """All questions of all rounds."""
        return self.replies * self.rounds

    @property
    def deadline_s(self) -> float:
        """How long one round may take at most."""
        return 120.0 + self.over_s + self.tokens / self.tokens_per_s + 6.0 * self.replies * self.limits


def expected_words(count: int = ANSWER_TOKENS) -> list[str]:
    """The words of every answer of so many tokens."""
    return "".join(tokens.known_words(count)).split()


def question(number: int) -> str:
    """What person `number` asks; the number tells the replies apart."""
    return f"question {number} of the benchmark"

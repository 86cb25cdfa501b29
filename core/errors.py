"""Every error that crosses a file of this project.

ParleyError
├── BadSettings          the configuration; lists every problem
├── LeftOut              a file that the model is not given; says why
└── Trouble              something outside failed; `kind` says how
    ├── ModelTrouble     the model's endpoint
    │   └── ImagesRefused
    └── PlatformTrouble  Slack or Discord
"""

from enum import StrEnum


class Kind(StrEnum):
    """How something outside failed, and so what can be done about it."""

    TRANSIENT = "transient"  # may go through when tried again
    LIMITED = "limited"  # too many requests: wait, then try again
    DENIED = "denied"  # not allowed, whoever tries
    MISSING = "missing"  # what was named is not there
    INVALID = "invalid"  # refused for what it says
    CONFLICT = "conflict"  # something else happened first
    CANCELLED = "cancelled"  # called off
    UNKNOWN = "unknown"


class ParleyError(Exception):
    """The root of this project's own errors."""


class BadSettings(ParleyError):
    """The configuration cannot be used; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class LeftOut(ParleyError):
    """A file is not read; the message is the reason, for people, as a part of a sentence."""


class Trouble(ParleyError):
    """Something outside failed. The message is for the log, and holds no text of people and no secret."""

    def __init__(self, kind: Kind, code: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(f"{kind}: {code}")
        self.kind = kind
        self.code = code
        self.retry_after_s = retry_after_s


class ModelTrouble(Trouble):
    """The model's endpoint failed, refused, or broke off."""


class ImagesRefused(ModelTrouble):
    """The model takes no images, or not these: ask it again without them."""


class PlatformTrouble(Trouble):
    """Slack or Discord failed or refused a call."""

"""How what Parley leans on can fail. Errors of one matter alone are beside it.

ParleyError
├── BadSettings          the configuration; lists every problem
├── BadBundle            a workspace's configuration file; lists every problem
├── LeftOut              a file that the model is not given; says why
├── OverCap              a reply that may not be made, as too much was spent; says so
└── Trouble              something outside failed; `kind` says how
    ├── ModelTrouble     the model's endpoint
    │   └── ImagesRefused
    └── PlatformTrouble  Slack or Discord
        ├── Frozen       a message that nobody can write into any more
        └── HeldBack     it was not asked
"""

from collections.abc import Iterable
from enum import StrEnum


class Kind(StrEnum):
    """How something outside failed, and so what can be done about it."""

    TRANSIENT = "transient"  # may go through when tried again
    LIMITED = "limited"  # too many requests: wait, then try again
    DENIED = "denied"  # not allowed, whoever tries
    MISSING = "missing"  # what was named is not there
    INVALID = "invalid"  # refused for what it says
    CONFLICT = "conflict"  # something else happened first
    UNKNOWN = "unknown"


class Fault(StrEnum):
    """How a model's endpoint failed: every way there is. What follows from each is said in `core/faults.py`."""

    UNREACHABLE = "unreachable"  # no connection, or it broke before an answer
    TIMED_OUT = "timed_out"  # connected, but the request was not taken in time
    SILENT = "silent"  # no text within the time for the first one
    STALLED = "stalled"  # no further text within the time for that
    OVERTIME = "overtime"  # the whole answer took too long
    ENDLESS = "endless"  # more text than any answer has
    BROKEN = "broken"  # the stream broke off, or said that it does
    GARBLED = "garbled"  # the stream holds what is none
    EMPTY = "empty"  # the stream ended without any text
    DOWN = "down"  # an error of the server's own
    CONFLICT = "conflict"  # 409: something else is under way there
    LIMITED = "limited"  # too many requests
    NO_CREDIT = "no_credit"  # nothing is left to pay with
    REFUSED_KEY = "refused_key"  # the key is none, or may not do this
    NO_MODEL = "no_model"  # no such model, or no such address
    NO_API = "no_api"  # it answers, but is no chat completions API
    TOO_LONG = "too_long"  # more than fits into the model's window
    BLOCKED = "blocked"  # held back for what it says
    INVALID = "invalid"  # refused for any other reason
    RESTING = "resting"  # not asked: it has failed too often just now
    UNREADABLE_KEY = "unreadable_key"  # the key of a workspace's own endpoint cannot be decrypted
    OFF_LIMITS = "off_limits"  # a workspace's own endpoint is where it may not be
    UNKNOWN = "unknown"


class ParleyError(Exception):
    """The root of this project's own errors."""


class BadSettings(ParleyError):
    """The configuration cannot be used; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class BadBundle(ParleyError):
    """A file cannot be imported; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


class LeftOut(ParleyError):
    """A file is not read; the message is the reason, for people, as a part of a sentence."""


class OverCap(ParleyError):
    """No more may be spent on this reply; the message is the sentence for people."""


class Trouble(ParleyError):
    """Something outside failed. The message is for the log, and holds no text of people and no secret."""

    def __init__(self, kind: Kind, code: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(f"{kind}: {code}")
        self.kind = kind
        self.code = code
        self.retry_after_s = retry_after_s


class ModelTrouble(Trouble):
    """The model's endpoint failed, refused, or broke off. `window` is what it has said of that, in tokens."""

    def __init__(
        self,
        kind: Kind,
        code: str,
        *,
        fault: Fault = Fault.UNKNOWN,
        retry_after_s: float | None = None,
        window: int | None = None,
    ) -> None:
        super().__init__(kind, code, retry_after_s=retry_after_s)
        self.fault = fault
        self.window = window


class ImagesRefused(ModelTrouble):
    """The model takes no images, or not these: ask it again without them."""


class PlatformTrouble(Trouble):
    """Slack or Discord failed or refused a call."""


class Frozen(PlatformTrouble):
    """A message of this reply stays as it is, whoever tries: the text goes on in another."""

    def __init__(self, code: str) -> None:
        super().__init__(Kind.MISSING, code)


class HeldBack(PlatformTrouble):
    """A call was not made, as the platform would have refused it as one too many."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(Kind.LIMITED, "held_back", retry_after_s=wait_s)

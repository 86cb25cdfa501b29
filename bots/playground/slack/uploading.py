"""Files on their way up: announced with a name and a length, sent, and then completed or forgotten."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Upload:
    """One announced file; `content` is None until its bytes have come."""

    name: str
    length: int
    content: bytes | None = None


@dataclass(slots=True)
class Uploads:
    """The files that are not complete yet, by id."""

    open: dict[str, Upload] = field(default_factory=dict)

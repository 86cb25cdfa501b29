"""What a check found: the words in which `parley doctor` speaks."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's: what was looked at, what was found, and for a fault what to do about it."""

    grade: Grade
    subject: str
    text: str

    @property
    def line(self) -> str:
        return f"{self.grade.value:<5} {self.subject:<9} {self.text}"

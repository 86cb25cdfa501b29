"""Personas to begin with: a file each, whose first line is the name and whose second says what it is for."""

from dataclasses import dataclass
from importlib import resources

from storage.problems import NotPossible


@dataclass(frozen=True, slots=True)
class Starter:
    """A persona that comes along, and in one sentence what it is good for."""

    name: str
    purpose: str
    instruction: str


def every() -> tuple[Starter, ...]:
    """All of them, by name."""
    found = (one for one in resources.files(__name__).iterdir() if one.name.endswith(".md"))
    return tuple(sorted((_read(one.read_text(encoding="utf-8")) for one in found), key=lambda one: one.name))


def find(name: str) -> Starter:
    """Raises NotPossible, with the names there are, when none is called so."""
    known = every()
    wanted = " ".join(name.split()).casefold()
    found = next((one for one in known if one.name.casefold() == wanted), None)
    if found is None:
        raise NotPossible(
            f"There is no starter called {name.strip()!r}: {', '.join(one.name for one in known)}.", "name"
        )
    return found


def _read(text: str) -> Starter:
    name, purpose, instruction = text.split("\n", 2)
    return Starter(name.removeprefix("#").strip(), purpose.strip(), instruction.strip())

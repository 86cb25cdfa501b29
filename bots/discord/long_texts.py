"""Texts that are longer than one input of a form: cut into parts to be edited, and put together again.

How a part is joined to the one before it stands in the id of its input. No part begins or ends with white space, as
what surrounds the text of an input may be stripped.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from bots.discord.questions import INPUT_LIMIT, MOST_QUESTIONS, Question
from storage.problems import NotPossible

# A part is cut shorter by at most this many characters, so that it ends with a paragraph, a line or a word.
SLACK = 1_000
JOINTS = {"p": "\n\n", "l": "\n", "w": " ", "n": ""}
SEAMS = {letter: re.compile(rf"(?<=\S){JOINTS[letter]}(?=\S)") for letter in "plw"}
PART = re.compile(r"part-(?P<number>\d)(?P<joint>[plwn])")
FILE = "file"
TOO_LONG = "This text is too long for a form: change it with the option for a file."


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text; `joint` is the letter of what stands before it."""

    joint: str
    text: str


def cut(text: str, limit: int = INPUT_LIMIT) -> Iterable[Part]:
    """At least one part, each of at most `limit` characters."""
    joint = "p"
    while len(text) > limit:
        end, joint_after, begin = _seam(text, limit)
        yield Part(joint, text[:end])
        joint, text = joint_after, text[begin:]
    yield Part(joint, text)


def joined(parts: Sequence[Part]) -> str:
    """The whole text; empty parts leave no gap."""
    whole = ""
    for part in parts:
        whole += (JOINTS[part.joint] if whole and part.text else "") + part.text
    return whole


def typed(values: Mapping[str, str]) -> list[Part]:
    """The parts that were filled in, in their order."""
    found = {match["number"]: Part(match["joint"], values[match[0]]) for match in map(PART.fullmatch, values) if match}
    return [found[number] for number in sorted(found)]


def questions(parts: Iterable[Part], label: str, what: str, first: Question | None = None) -> tuple[Question, ...]:
    """The inputs for a text: its parts, and as far as there is room the `first` question, a file, and a further part.

    `label` stands above its first part, `what` names it above the others. Raises NotPossible for a text that no form
    can hold.
    """
    parts = list(islice(parts, MOST_QUESTIONS + 1))
    room = MOST_QUESTIONS - len(parts)
    if room < 0:
        raise NotPossible(TOO_LONG, "instruction")
    with_first = first is not None and room >= 1
    with_file = room - with_first >= 1
    spare = [Part("p", "")] if room - with_first - with_file >= 1 else []
    inputs = tuple(_inputs([*parts, *spare], label, what, optional=with_file))
    file = Question(FILE, "Or all of it as a text file", file=True, required=False)
    return ((first,) if first and with_first else ()) + inputs + ((file,) if with_file else ())


def _inputs(parts: Sequence[Part], label: str, what: str, *, optional: bool) -> Iterator[Question]:
    for number, part in enumerate(parts, start=1):
        shown = label if number == 1 else f"{what}, part {number}"
        required = number == 1 and not optional
        yield Question(f"part-{number}{part.joint}", shown, part.text, long=True, required=required)


def _seam(text: str, limit: int) -> tuple[int, str, int]:
    """Where a part ends, how the next one is joined to it, and where that begins."""
    for letter, seam in SEAMS.items():
        for found in reversed(list(seam.finditer(text, max(limit - SLACK, 1), limit + len(JOINTS[letter]) + 1))):
            if found.start() <= limit:
                return found.start(), letter, found.end()
    at = limit
    while at > 1 and (text[at - 1].isspace() or text[at].isspace()):
        at -= 1
    return at, "n", at

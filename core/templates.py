"""Templates in instructions: `{channel}` stands for the channel's name, and `{{channel}}` for the word in braces.

Only a word in braces is a template, so code and JSON may stand in an instruction as they are. What a template stands
for is put in once and never looked at again: a topic that says `{people}` says just that.
"""

import re
from collections.abc import Mapping

from storage.problems import NotPossible, Problem

NAMES = ("workspace", "channel", "topic", "date", "time", "timezone", "people", "persona")
WORD = r"[^\W\d]\w*"
TEMPLATE = re.compile(rf"\{{\{{({WORD})\}}\}}|\{{({WORD})\}}")
SINGLE = re.compile(rf"\{{({WORD})\}}")


def problems(text: str, field: str) -> list[Problem]:
    """What is wrong with the templates of a text; nothing for one that can be expanded."""
    unknown = dict.fromkeys(found[2] for found in TEMPLATE.finditer(text) if found[2] and found[2] not in NAMES)
    if not unknown:
        return []
    listed = ", ".join(f"{{{name}}}" for name in unknown)
    known = ", ".join(f"{{{name}}}" for name in NAMES)
    first = next(iter(unknown))
    return [
        Problem(
            field,
            f"I do not know {listed}. What can stand in braces: {known}; write {{{{{first}}}}} for the word itself.",
        )
    ]


def check(text: str, field: str = "instruction") -> None:
    """Raises NotPossible when the text has a template that nobody knows."""
    found = problems(text, field)
    if found:
        raise NotPossible.of(found)


def expand(text: str, facts: Mapping[str, str]) -> str:
    """The text with each template's value in its place; one that nobody knows stays as it is."""

    def value(found: re.Match[str]) -> str:
        if found[1]:
            return f"{{{found[1]}}}"
        return facts.get(found[2], found[0])

    return TEMPLATE.sub(value, text)


def literal(text: str) -> str:
    """A text that expands to this one, whatever it holds."""
    return SINGLE.sub(r"{{\1}}", text)

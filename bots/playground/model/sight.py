"""What the built-in model sees in a request: instructions, people, turns and the latest question."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bots.playground.model import turns

_SPEAKER = re.compile(r"([^\n:]{1,80}): ")
_BLANK_LINES = re.compile(r"\n\s*\n")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n")
_FACTS = re.compile(r"\b(today|date|channel|people|thread)\b", re.IGNORECASE)
_HOW_TO_SPEAK = re.compile(
    r"\b(talk|speak|answer|reply|respond|write|say)\b.*\b(like|as|in|with|without|only|always|briefly)\b|\balways\b",
    re.IGNORECASE,
)
_WHO_TO_BE = re.compile(r"\b(you are|you're|act|behave)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's words, or one answer of the model's (`name` is None for these and for people without a name)."""

    role: str
    name: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the built-in model knows when it answers."""

    layers: tuple[str, ...]
    turns: tuple[Turn, ...]
    images: int
    tools: tuple[str, ...]

    @property
    def people(self) -> tuple[str, ...]:
        """The names of those who spoke, in order of appearance."""
        return tuple(dict.fromkeys(turn.name for turn in self.turns if turn.role == "user" and turn.name))

    @property
    def asker(self) -> str | None:
        return next((turn.name for turn in reversed(self.turns) if turn.role == "user"), None)

    @property
    def question(self) -> str:
        return next((turn.text for turn in reversed(self.turns) if turn.role == "user"), "")

    @property
    def instructions(self) -> tuple[str, ...]:
        """The layers without a last one that only states facts."""
        if len(self.layers) > 1 and _FACTS.search(self.layers[-1]):
            return self.layers[:-1]
        return self.layers

    @property
    def manner(self) -> str | None:
        """The latest sentence that says how to speak: a persona comes after the workspace's prompt."""
        for layer in reversed(self.instructions):
            for pattern in (_HOW_TO_SPEAK, _WHO_TO_BE):
                for sentence in sentences(layer):
                    if pattern.search(sentence):
                        return sentence
        return None

    def spoken_by(self, role: str) -> int:
        return sum(turn.role == role for turn in self.turns)


def see(messages: Sequence[dict[str, Any]], tools: Iterable[dict[str, Any]] = ()) -> Sight:
    """Look at a checked request."""
    system = [turns.text_of(message) for message in messages if message["role"] in ("system", "developer")]
    known = _first_speakers(messages)
    return Sight(
        layers=tuple(layer.strip() for text in system for layer in _BLANK_LINES.split(text) if layer.strip()),
        turns=tuple(turn for message in messages for turn in _turns_in(message, known, "\n".join(system))),
        images=sum(turns.images_in(message) for message in messages),
        tools=tuple(tool["function"]["name"] for tool in tools),
    )


def sentences(text: str) -> list[str]:
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def _first_speakers(messages: Sequence[dict[str, Any]]) -> set[str]:
    found = (_SPEAKER.match(turns.text_of(message)) for message in messages if message["role"] == "user")
    return {match[1] for match in found if match}


def _turns_in(message: dict[str, Any], known: set[str], system: str) -> list[Turn]:
    """The turns of one message; a paragraph starts another person's turn only with a name known from elsewhere."""
    text = turns.text_of(message)
    if message["role"] == "assistant" and text:
        return [Turn("assistant", None, text)]
    if message["role"] != "user":
        return []
    heard: list[Turn] = []
    for paragraph in _BLANK_LINES.split(text):
        match = _SPEAKER.match(paragraph)
        if match and (match[1] in known or match[1] in system):
            heard.append(Turn("user", match[1], paragraph[match.end() :].strip()))
        elif heard:
            last = heard.pop()
            heard.append(Turn("user", last.name, f"{last.text}\n\n{paragraph}"))
        else:
            heard.append(Turn("user", message.get("name"), paragraph.strip()))
    return heard

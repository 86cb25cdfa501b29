"""One use of `/parley`, or of a button that stands for it, and what comes of it."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bots.slack.views import Origin
from core.people import Person, WorkspaceRef
from storage.incoming import Place
from storage.words import Platform

QUOTED = re.compile(r"[\"“”]((?:\\[\"“”\\]|\\(?![\"“”\\])|[^\"“”\\])*)[\"“”]\s*(.*)", re.DOTALL)
SPECIAL = re.compile(r"([\"“”\\])")
ESCAPED = re.compile(r"\\([\"“”\\])")


@dataclass(frozen=True, slots=True)
class Command:
    """Who used it, where, and what was typed behind it."""

    by: Person
    place: Place
    text: str

    @property
    def workspace(self) -> WorkspaceRef:
        return self.by.workspace

    @property
    def origin(self) -> Origin:
        return Origin(self.place.channel_id, self.place.channel_name)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person sees: a text with blocks below it, or a form. `extras` are blocks that may be left out."""

    text: str = ""
    blocks: tuple[dict[str, Any], ...] = ()
    extras: tuple[dict[str, Any], ...] = ()
    form: dict[str, Any] | None = None


Deed = Callable[[Command, str], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Noun:
    """What can be done with one thing: `/parley NOUN VERB …`. `usual` is the verb that is meant where none is typed."""

    name: str
    deeds: Mapping[str, Deed]
    usual: str
    help: tuple[str, ...]


def command_of(by: Person, text: str, channel_id: str, channel_name: str) -> Command:
    """The command of an interaction; its workspace is where the person is, never what the payload quotes."""
    name = "" if channel_name in ("directmessage", "privategroup") else channel_name
    place = Place(platform=Platform.SLACK, workspace_id=by.workspace_id, channel_id=channel_id, channel_name=name)
    return Command(by, place, text)


def first_name(text: str) -> tuple[str, str]:
    """A name, in quotes when it has several words, and what follows it. Within quotes, one is written behind a \\."""
    text = text.strip()
    if found := QUOTED.fullmatch(text):
        return ESCAPED.sub(r"\1", found[1]).strip(), found[2].strip()
    name, rest = [*text.split(None, 1), "", ""][:2]
    return name, rest.strip()


def whole_name(text: str) -> str:
    """A name that is all that was typed, in quotes or not."""
    name, rest = first_name(text)
    return name if not rest and QUOTED.fullmatch(text.strip()) else text.strip()


def escaped(name: str) -> str:
    """A name as it stands within quotes."""
    return SPECIAL.sub(r"\\\1", name)

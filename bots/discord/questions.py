"""Forms as they are asked, and as they were filled in (discord.com/developers/docs/components/reference).

All that a form needs is in its id and in what people fill in. So the library keeps none, and one that was open while
Parley restarted is taken like any other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from storage.incoming import File

# "Text Input", "Modal" (…/interactions/receiving-and-responding), "String Select"
INPUT_LIMIT = 4_000
MOST_QUESTIONS = 5
MOST_CHOICES = 25


@dataclass(frozen=True, slots=True)
class Question:
    """One input: a line, a long text, one of some choices (label and value), or a file."""

    id: str
    label: str
    value: str = ""
    hint: str = ""
    long: bool = False
    required: bool = True
    limit: int = INPUT_LIMIT
    choices: tuple[tuple[str, str], ...] = ()
    file: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    id: str
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody filled in, by question; what was chosen is a value, too."""

    values: dict[str, str]
    files: dict[str, File]


def modal(form: Form) -> ui.Modal:
    """The form as the library sends it. A stopped one is sent like any other, and nothing is kept of it."""
    shown = ui.Modal(title=form.title, custom_id=form.id)
    for question in form.questions:
        label = ui.Label(text=question.label, description=question.hint or None, component=_component(question))
        shown.add_item(label)
    shown.stop()
    return shown


def filled(interaction: discord.Interaction) -> Filled:
    """What the submission of a form holds (…/interactions/receiving-and-responding, "Modal Submit Data Structure")."""
    data: Any = interaction.data or {}
    attachments = data.get("resolved", {}).get("attachments", {})
    values: dict[str, str] = {}
    files: dict[str, File] = {}
    for component in _inputs(data.get("components", ())):
        name, chosen = component["custom_id"], component.get("values") or []
        if chosen and chosen[0] in attachments:
            files[name] = _file(attachments[chosen[0]])
        else:
            values[name] = component.get("value") or (chosen[0] if chosen else "")
    return Filled(values, files)


def _component(question: Question) -> ui.Item[Any]:
    if question.file:
        return ui.FileUpload(
            custom_id=question.id, required=question.required, min_values=int(question.required), max_values=1
        )
    if question.choices:
        options = [
            discord.SelectOption(label=label, value=value, default=value == question.value)
            for label, value in question.choices[:MOST_CHOICES]
        ]
        return ui.Select(custom_id=question.id, options=options, required=question.required)
    return ui.TextInput(
        custom_id=question.id,
        style=discord.TextStyle.paragraph if question.long else discord.TextStyle.short,
        default=question.value or None,
        required=question.required,
        max_length=question.limit,
    )


def _inputs(components: Iterable[Any]) -> Iterator[Any]:
    for component in components:
        if "custom_id" in component:
            yield component
        below = [component["component"]] if "component" in component else component.get("components", ())
        yield from _inputs(below)


def _file(attachment: Any) -> File:
    return File(name=attachment["filename"], size=attachment["size"], source=attachment["url"])

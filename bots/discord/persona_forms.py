"""The two forms of a persona: its texts, and how the model is to use it."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import cast

import discord

from bots.discord import long_texts, text_files
from bots.discord.answers import Answers
from bots.discord.long_texts import Part
from bots.discord.people import person_of
from bots.discord.places import workspace_of
from bots.discord.questions import MOST_CHOICES, Filled, Form, Question
from core.fields import EFFORTS, NAME_LIMIT
from core.personas import Personas
from core.workspace import WorkspaceSettings
from storage.configurations import Configuration
from storage.personas import PersonaEdit, PersonaFields

TEXTS, SETTINGS = "persona-text", "persona-set"
INSTRUCTION = "How should it answer?"
AS_OTHERWISE = ("(as set otherwise)", "-")

Offered = Callable[[Configuration], Sequence[str]]


class TextsForm:
    """Name and instruction, of a new persona or of the one that the form is about."""

    name = TEXTS
    secrets: frozenset[str] = frozenset()

    def __init__(self, personas: Personas, answers: Answers) -> None:
        self._personas = personas
        self._answers = answers

    async def form(self, interaction: discord.Interaction, about: str, values: Mapping[str, str] | None) -> Form:
        """Raises NotAllowed before anything is typed; what is submitted is checked again."""
        await self._personas.rights.may_change_workspace(person_of(interaction))
        if values is None and about:
            persona = await self._personas.find(workspace_of(interaction), about)
            values, parts = {"name": persona.name}, long_texts.cut(persona.instruction)
        else:
            parts = long_texts.typed(values or {}) or [Part("p", "")]
        name = Question("name", "Name", (values or {}).get("name", ""), limit=NAME_LIMIT)
        title = "Persona" if about else "New persona"
        return Form(f"{TEXTS}:{about}", title, long_texts.questions(parts, INSTRUCTION, "Instruction", name))

    async def submitted(self, interaction: discord.Interaction, about: str, given: Filled) -> None:
        async def deed() -> str:
            by, instruction = person_of(interaction), await written(given)
            if not about:
                fields = PersonaFields(name=given.values.get("name", ""), instruction=instruction)
                return await self._personas.create(by, fields)
            changes = PersonaEdit(instruction=instruction)
            if "name" in given.values:
                changes["name"] = given.values["name"]
            return await self._personas.edit(by, about, changes)

        await self._answers.give(interaction, deed)


class SettingsForm:
    """Which model answers as the persona, and how."""

    name = SETTINGS
    secrets: frozenset[str] = frozenset()

    def __init__(self, personas: Personas, workspace: WorkspaceSettings, offered: Offered, answers: Answers) -> None:
        self._personas = personas
        self._workspace = workspace
        self._offered = offered
        self._answers = answers

    async def form(self, interaction: discord.Interaction, about: str, values: Mapping[str, str] | None) -> Form:
        await self._personas.rights.may_change_workspace(person_of(interaction))
        if values is None:
            persona = await self._personas.find(workspace_of(interaction), about)
            values = {
                "model": persona.model,
                "temperature": "" if persona.temperature is None else f"{persona.temperature:g}",
                "effort": persona.effort,
                "tools": ", ".join(json.loads(persona.tools or "[]")),
                "display_name": persona.display_name,
            }
        configuration = await self._workspace.configuration(workspace_of(interaction))
        return Form(f"{SETTINGS}:{about}", "Settings of the persona", self._questions(values, configuration))

    def _questions(self, values: Mapping[str, str], configuration: Configuration) -> tuple[Question, ...]:
        current = values.get("model", "")
        models = list(dict.fromkeys([*([current] if current not in ("", "-") else []), *self._offered(configuration)]))
        fits = 0 < len(models) < MOST_CHOICES and all(len(each) <= 100 for each in models)
        choices = (AS_OTHERWISE, *((each, each) for each in models)) if fits else ()
        efforts = (AS_OTHERWISE, *((each, each) for each in EFFORTS))
        model = current or ("-" if choices else "")
        return (
            Question("model", "Model", model, required=False, limit=200, choices=choices),
            Question(
                "temperature", "Temperature", values.get("temperature", ""), "From 0 to 2, or empty", required=False
            ),
            Question("effort", "Reasoning effort", values.get("effort") or "-", required=False, choices=efforts),
            Question("tools", "Tools", values.get("tools", ""), "Names with commas, or empty", required=False),
            Question(
                "display_name",
                "Shown name",
                values.get("display_name", ""),
                "What its answers are signed with, where webhooks are on",
                required=False,
                limit=NAME_LIMIT,
            ),
        )

    async def submitted(self, interaction: discord.Interaction, about: str, given: Filled) -> None:
        chosen = {field: "" if value == "-" else value for field, value in given.values.items()}
        changes = cast(PersonaEdit, chosen)
        await self._answers.give(interaction, lambda: self._personas.edit(person_of(interaction), about, changes))


async def written(given: Filled) -> str:
    """The text of a form: a file takes the place of what was typed."""
    if file := given.files.get(long_texts.FILE):
        return await text_files.text_of(file)
    return long_texts.joined(long_texts.typed(given.values))

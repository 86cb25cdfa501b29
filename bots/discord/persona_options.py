"""`/persona create` and `/persona edit`: everything that can be set of a persona as an option, or in a form."""

from dataclasses import dataclass
from typing import Any, Literal, cast

import discord
from discord import app_commands
from discord.app_commands import Range

from bots.discord import downloads, text_files
from bots.discord.answers import Answers
from bots.discord.choices import Offers
from bots.discord.forms import Forms
from bots.discord.icons import Icons
from bots.discord.people import person_of
from bots.discord.persona_forms import TEXTS
from core.fields import ICON_LIMIT, MODEL_LIMIT, NAME_LIMIT
from core.personas import Personas
from storage.personas import PersonaEdit, PersonaFields
from storage.problems import NotPossible

# docs: interactions/application-commands: a string option has at most 6,000 characters.
OPTION_LIMIT = 6_000
Name = Range[str, 1, NAME_LIMIT]
Instruction = Range[str, 1, OPTION_LIMIT]
Temperature = Range[float, 0, 2]
Effort = Literal["none", "minimal", "low", "medium", "high"]
Field = Literal["model", "temperature", "effort", "tools", "display_name", "icon"]
Command = app_commands.Command[Any, ..., None]

NEEDS_TEXT = "Give the instruction, too, or its file; or leave every option out, and a form opens."
DESCRIBED = {
    "instruction": "How it should answer",
    "instruction_file": "Its instruction as a text file, of up to 20,000 characters",
    "model": "The model that answers as it",
    "temperature": "From 0 (always alike) to 2 (wild)",
    "effort": "How much the model reasons before it answers",
    "tools": "The tools it may use, with commas",
    "display_name": "The name its answers are signed with",
    "icon": "The picture beside its answers",
    "icon_url": "The https address of such a picture",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was given as options; None where an option was left out."""

    instruction: str | None = None
    instruction_file: discord.Attachment | None = None
    model: str | None = None
    temperature: float | None = None
    effort: str | None = None
    tools: str | None = None
    display_name: str | None = None
    icon: discord.Attachment | None = None
    icon_url: str | None = None

    @property
    def any_text(self) -> bool:
        return self.instruction is not None or self.instruction_file is not None

    @property
    def any(self) -> bool:
        return any(getattr(self, each) is not None for each in self.__slots__)

    async def changes(self, icons: Icons) -> PersonaEdit:
        """What is set anew, with files fetched. Raises NotPossible."""
        changes: dict[str, Any] = {"model": self.model, "effort": self.effort, "display_name": self.display_name}
        changes |= {"temperature": self.temperature, "tools": self.tools, "icon": self.icon_url}
        changes["instruction"] = self.instruction
        if self.instruction_file is not None:
            changes["instruction"] = await text_files.text_of(downloads.file_of(self.instruction_file))
        if self.icon is not None:
            changes["icon"] = await icons.keep(self.icon)
        return cast(PersonaEdit, {field: value for field, value in changes.items() if value is not None})


class PersonaWriting:
    """The two commands, with all that they work with."""

    def __init__(self, personas: Personas, offers: Offers, forms: Forms, icons: Icons, answers: Answers) -> None:
        self._personas = personas
        self._offers = offers
        self._forms = forms
        self._icons = icons
        self._answers = answers

    def create(self) -> Command:
        @app_commands.command(description="Make a persona; without an instruction a form opens")
        @app_commands.describe(name="What it is called", **DESCRIBED)
        @app_commands.autocomplete(model=self._offers.models)
        async def create(
            interaction: discord.Interaction,
            name: Name | None = None,
            instruction: Instruction | None = None,
            instruction_file: discord.Attachment | None = None,
            model: Range[str, 1, MODEL_LIMIT] | None = None,
            temperature: Temperature | None = None,
            effort: Effort | None = None,
            tools: str | None = None,
            display_name: Name | None = None,
            icon: discord.Attachment | None = None,
            icon_url: Range[str, 1, ICON_LIMIT] | None = None,
        ) -> None:
            given = Options(
                instruction=instruction,
                instruction_file=instruction_file,
                model=model,
                temperature=temperature,
                effort=effort,
                tools=tools,
                display_name=display_name,
                icon=icon,
                icon_url=icon_url,
            )
            if not given.any:
                await self._forms.open(interaction, f"{TEXTS}:", {"name": name or ""})
                return
            await self._answers.give(interaction, lambda: self._create(interaction, name or "", given))

        return create

    def edit(self) -> Command:
        @app_commands.command(description="Change a persona; without anything else a form opens")
        @app_commands.describe(name="The persona", clear="What of it shall be as set otherwise again", **DESCRIBED)
        @app_commands.autocomplete(name=self._offers.personas, model=self._offers.models)
        async def edit(
            interaction: discord.Interaction,
            name: Name,
            instruction: Instruction | None = None,
            instruction_file: discord.Attachment | None = None,
            model: Range[str, 1, MODEL_LIMIT] | None = None,
            temperature: Temperature | None = None,
            effort: Effort | None = None,
            tools: str | None = None,
            display_name: Name | None = None,
            icon: discord.Attachment | None = None,
            icon_url: Range[str, 1, ICON_LIMIT] | None = None,
            clear: Field | None = None,
        ) -> None:
            given = Options(
                instruction=instruction,
                instruction_file=instruction_file,
                model=model,
                temperature=temperature,
                effort=effort,
                tools=tools,
                display_name=display_name,
                icon=icon,
                icon_url=icon_url,
            )
            if not given.any and clear is None:
                await self._forms.open(interaction, f"{TEXTS}:{name}")
                return
            await self._answers.give(interaction, lambda: self._edit(interaction, name, given, clear))

        return edit

    async def _create(self, interaction: discord.Interaction, name: str, given: Options) -> str:
        by = person_of(interaction)
        await self._personas.rights.may_change_workspace(by)
        if not given.any_text:
            raise NotPossible(NEEDS_TEXT, "instruction")
        fields: Any = await given.changes(self._icons)
        return await self._personas.create(by, PersonaFields(name=name, **fields))

    async def _edit(self, interaction: discord.Interaction, name: str, given: Options, clear: str | None) -> str:
        by = person_of(interaction)
        await self._personas.rights.may_change_workspace(by)
        changes: Any = await given.changes(self._icons)
        if clear is not None:
            changes[clear] = None if clear == "temperature" else ""
        return await self._personas.edit(by, name, changes)

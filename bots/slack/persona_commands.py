"""`/parley persona …`: what a channel speaks as."""

from bots.slack import histories, persona_form
from bots.slack.command import Answer, Command, Noun, first_name, whole_name
from bots.slack.views import Origin
from core.models import Models
from core.personas import Personas, listing
from core.workspace import WorkspaceSettings
from storage.personas import PersonaFields, fields_of
from storage.problems import NotPossible

HELP = (
    "`/parley persona list`: the personas of this workspace",
    "`/parley persona show NAME`: what a persona is told",
    "`/parley persona create [NAME] [INSTRUCTION]`: make one (without an instruction a form opens)",
    "`/parley persona edit NAME [INSTRUCTION]`: change one",
    "`/parley persona rename NAME NEW NAME`: call one something else",
    "`/parley persona assign NAME`: let this channel speak with it",
    "`/parley persona clear`: let this channel speak without one",
    "`/parley persona delete NAME`: delete one",
    "`/parley persona history NAME`, `/parley persona restore NAME NUMBER`: what one was, and make it so again",
    "`/parley persona starters [NAME]`: personas that come along, and take one",
)


class PersonaCommands:
    def __init__(self, personas: Personas, workspace: WorkspaceSettings, models: Models) -> None:
        self._personas = personas
        self._workspace = workspace
        self._models = models

    @property
    def noun(self) -> Noun:
        deeds = {
            "list": self._list,
            "show": self._show,
            "create": self._create,
            "edit": self._edit,
            "rename": self._rename,
            "assign": self._assign,
            "clear": self._clear,
            "delete": self._delete,
            "history": self._history,
            "restore": self._restore,
            "starters": self._starters,
        }
        return Noun("persona", deeds, "list", HELP)

    async def _list(self, command: Command, _rest: str) -> Answer:
        may_change = await self._personas.rights.changes_workspace(command.by)
        return Answer(listing(await self._personas.listed(command.workspace), with_channels=may_change))

    async def _show(self, command: Command, rest: str) -> Answer:
        persona = await self._personas.find(command.workspace, whole_name(rest))
        details = persona_form.details(persona)
        return Answer(f"{persona.name}:\n{persona.instruction}{details}", (persona_form.edit_button(persona.name),))

    async def _create(self, command: Command, rest: str) -> Answer:
        await self._personas.rights.may_change_workspace(command.by)
        name, instruction = first_name(rest)
        if instruction:
            return Answer(await self._personas.create(command.by, PersonaFields(name=name, instruction=instruction)))
        return await self._form(command, command.origin, PersonaFields(name=name, instruction=""))

    async def _edit(self, command: Command, rest: str) -> Answer:
        await self._personas.rights.may_change_workspace(command.by)
        name, instruction = first_name(rest)
        if instruction:
            return Answer(await self._personas.edit(command.by, name, {"instruction": instruction}))
        persona = await self._personas.find(command.workspace, name)
        origin = Origin(command.place.channel_id, command.place.channel_name, persona.name)
        return await self._form(command, origin, fields_of(persona))

    async def _form(self, command: Command, origin: Origin, given: PersonaFields) -> Answer:
        configuration = await self._workspace.configuration(command.workspace)
        return Answer(form=persona_form.form(origin, given, self._models.offered(configuration)))

    async def _rename(self, command: Command, rest: str) -> Answer:
        name, new = first_name(rest)
        return Answer(await self._personas.edit(command.by, name, {"name": whole_name(new)}))

    async def _assign(self, command: Command, rest: str) -> Answer:
        return Answer(await self._personas.assign(command.by, command.place, whole_name(rest)))

    async def _clear(self, command: Command, _rest: str) -> Answer:
        return Answer(await self._personas.clear(command.by, command.place))

    async def _delete(self, command: Command, rest: str) -> Answer:
        return Answer(await self._personas.delete(command.by, whole_name(rest)))

    async def _history(self, command: Command, rest: str) -> Answer:
        name = whole_name(rest)
        changes = await self._personas.history(command.by, name)
        return Answer(histories.told(changes) or f"Nothing was ever changed about a persona called {name!r}.")

    async def _restore(self, command: Command, rest: str) -> Answer:
        name, number = histories.name_and_number(rest)
        if number is None:
            raise NotPossible("Say which: `/parley persona restore NAME NUMBER`, with a number of its history.")
        return Answer(await self._personas.restore(command.by, whole_name(name), number))

    async def _starters(self, command: Command, rest: str) -> Answer:
        if rest:
            return Answer(await self._personas.add_starter(command.by, whole_name(rest)))
        lines = [f"• {starter.name}: {starter.purpose}" for starter in self._personas.starters()]
        return Answer("\n".join([*lines, "Take one with `/parley persona starters NAME`."]))

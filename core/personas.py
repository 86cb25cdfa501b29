"""What people do with personas and channels, the same from a chat and from the command line.

Each deed asks whether its person may do it, and returns one sentence for people.
"""

from dataclasses import replace

from core import fields, starters
from core.configurations import CheckModel, Configurations, any_model
from core.people import Person, WorkspaceRef
from core.rights import Rights
from core.starters import Starter
from storage import persona_history, personas, workspaces
from storage.database import Database
from storage.incoming import Place
from storage.personas import Assigned, PersonaEdit, PersonaFields
from storage.problems import NotPossible
from storage.tables import Change, Persona
from storage.words import Deed, Listening

NO_PERSONAS = "There are no personas yet."
UNCHANGED = "The persona {!r} is as it was: nothing of it was new."

LISTENING = {
    Listening.MENTION: "answer only when I am mentioned",
    Listening.THREADS: "answer when I am mentioned, and to everything in threads that I take part in",
    Listening.EVERY: "answer to every message",
}


class Personas:
    """Raises NotAllowed when the person may not, NotPossible, with a sentence for people, whenever what is asked
    cannot be done, and PlatformTrouble when the platform does not say what they may.

    Everything is done in the person's own workspace.
    """

    def __init__(self, database: Database, configurations: Configurations, check_model: CheckModel = any_model) -> None:
        self._database = database
        self._configurations = configurations
        self._check_model = check_model
        self.rights = Rights(configurations)

    async def listed(self, workspace: WorkspaceRef) -> list[Assigned]:
        return await self._database.run(personas.listed, await self._id(workspace))

    async def find(self, workspace: WorkspaceRef, name: str) -> Persona:
        return await self._database.run(personas.find, await self._id(workspace), name)

    async def create(self, by: Person, given: PersonaFields) -> str:
        await self.rights.may_change_workspace(by)
        row = await self._id(by.workspace)
        try:
            fit = fields.fit(given, by.platform)
            fit = replace(fit, model=await self._checked(by, fit.model))
        except NotPossible as error:
            raise await self._with_taken(error, row, given.name) from None
        made = await self._database.run(personas.create, row, by.actor, fit)
        return f"The persona {made.name!r} is made. Assign it to a channel to let it speak."

    async def edit(self, by: Person, name: str, changes: PersonaEdit) -> str:
        await self.rights.may_change_workspace(by)
        row = await self._id(by.workspace)
        current = await self._database.run(personas.find, row, name)
        try:
            fit = fields.fit_edit(changes, by.platform)
            if fit.get("model", current.model) != current.model:
                fit["model"] = await self._checked(by, fit["model"])
        except NotPossible as error:
            raise await self._with_taken(error, row, changes.get("name", ""), current.name) from None
        changed, new = await self._database.run(personas.edit, row, by.actor, current.name, fit)
        if not new:
            return UNCHANGED.format(changed.name)
        return f"The persona {changed.name!r} is changed, from the next message on."

    async def delete(self, by: Person, name: str) -> str:
        await self.rights.may_change_workspace(by)
        gone = await self._database.run(personas.delete, await self._id(by.workspace), by.actor, name)
        return f"The persona {gone.name!r} is deleted."

    async def assign(self, by: Person, place: Place, name: str) -> str:
        await self.rights.may_choose_persona(by, place)
        persona = await self._database.run(personas.assign, place, by.actor, name)
        return f"{channel_name(place)} speaks as {persona.name!r} from the next message on."

    async def clear(self, by: Person, place: Place) -> str:
        await self.rights.may_choose_persona(by, place)
        await self._database.run(personas.clear, place, by.actor)
        return f"{channel_name(place)} speaks without a persona from the next message on."

    async def of_channel(self, place: Place) -> Persona | None:
        """The persona that a channel speaks with, if any."""
        return await self._database.run(personas.of_channel, place)

    async def history(self, by: Person, name: str, *, before_id: int | None = None, most: int = 50) -> list[Change]:
        """What a persona was and who made it so, newest first; also of a deleted one."""
        await self.rights.may_change_workspace(by)
        row = await self._id(by.workspace)
        return await self._database.run(persona_history.history, row, name, before_id=before_id, most=most)

    async def restore(self, by: Person, name: str, change_id: int) -> str:
        """Make a persona again what it was after that change, or before it was deleted."""
        await self.rights.may_change_workspace(by)
        row = await self._id(by.workspace)
        restored = await self._database.run(persona_history.restore, row, by.actor, name, change_id)
        return f"The persona {restored.name!r} is restored, from the next message on."

    def starters(self) -> tuple[Starter, ...]:
        """Personas to begin with."""
        return starters.every()

    async def add_starter(self, by: Person, name: str) -> str:
        starter = starters.find(name)
        return await self.create(by, PersonaFields(name=starter.name, instruction=starter.instruction))

    async def listen(self, by: Person, place: Place, listening: Listening) -> str:
        await self.rights.may_change_channel(by, place)
        await self._database.run(workspaces.change_channel, place, by.actor, Deed.LISTEN, "listening", listening.value)
        return f"{channel_name(place)}: I {LISTENING[listening]}, from the next message on."

    async def listening(self, place: Place) -> str:
        """What a channel listens to, as a sentence."""
        located = await self._database.run(workspaces.locate, place)
        return f"{channel_name(place)}: I {LISTENING[located.listening]}."

    async def _checked(self, by: Person, model: str) -> str:
        return self._check_model(model, await self._configurations.now(by.workspace)) if model else ""

    async def _with_taken(self, error: NotPossible, row: int, name: str, unless: str = "") -> NotPossible:
        """The same with a name that is taken, so that people need not submit a form twice to hear of both."""
        named = any(problem.field == "name" for problem in error.problems)
        if named or not name.strip() or name.strip().casefold() == unless.casefold():
            return error
        if not await self._database.run(personas.exists, row, name):
            return error
        return NotPossible.of([personas.taken(" ".join(name.split())), *error.problems])

    async def _id(self, workspace: WorkspaceRef) -> int:
        row, _ = await self._database.run(workspaces.revision, workspace.platform, workspace.id)
        return row


def listing(assigned: list[Assigned], *, with_channels: bool = True) -> str:
    """The personas of a workspace, a line each, with their channels; not everybody may know of every channel."""
    lines = [
        f"• {one.persona.name}"
        + (f" (in {', '.join(f'#{name}' for name in one.channels)})" if one.channels and with_channels else "")
        for one in assigned
    ]
    return "\n".join(lines) or NO_PERSONAS


def channel_name(place: Place) -> str:
    return f"#{place.channel_name}" if place.channel_name else "This conversation"

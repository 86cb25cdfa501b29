"""What people do with personas and the workspace's prompt, the same from a chat and from the command line.

Each deed returns one sentence for people. Whether somebody may do it is for the caller to check, before calling.
"""

from dataclasses import dataclass

from core import wording
from storage import personas, workspaces
from storage.database import Database
from storage.incoming import Place
from storage.personas import INSTRUCTION_LIMIT, Assigned, PersonaError
from storage.tables import Persona
from storage.words import Listening, Platform

__all__ = ["PersonaError", "Personas", "WorkspaceRef", "listing"]

NO_PERSONAS = "There are no personas yet."
NO_PROMPT = "No workspace prompt is set; the built-in one applies."

LISTENING = {
    Listening.MENTION: "answer only when I am mentioned",
    Listening.THREADS: "answer when I am mentioned, and to everything in threads that I take part in",
    Listening.EVERY: "answer to every message",
}


@dataclass(frozen=True, slots=True)
class WorkspaceRef:
    """A workspace as its platform names it."""

    platform: Platform
    id: str


class Personas:
    """Raises PersonaError, with a sentence for people, whenever what is asked cannot be done."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(self, workspace: WorkspaceRef) -> list[Assigned]:
        return await self._database.run(personas.listed, await self._id(workspace))

    async def find(self, workspace: WorkspaceRef, name: str) -> Persona:
        return await self._database.run(personas.find, await self._id(workspace), name)

    async def create(self, workspace: WorkspaceRef, name: str, instruction: str) -> str:
        made = await self._database.run(
            personas.create, await self._id(workspace), wording.clean(name), wording.clean(instruction)
        )
        return f"The persona {made.name!r} is made. Assign it to a channel to let it speak."

    async def edit(self, workspace: WorkspaceRef, name: str, instruction: str) -> str:
        changed = await self._database.run(personas.edit, await self._id(workspace), name, wording.clean(instruction))
        return f"The persona {changed.name!r} is changed, from the next message on."

    async def assign(self, place: Place, name: str) -> str:
        persona = await self._database.run(personas.assign, place, name)
        return f"{channel_name(place)} speaks as {persona.name!r} from the next message on."

    async def clear(self, place: Place) -> str:
        await self._database.run(personas.clear, place)
        return f"{channel_name(place)} speaks without a persona from the next message on."

    async def delete(self, workspace: WorkspaceRef, name: str) -> str:
        await self._database.run(personas.delete, await self._id(workspace), name)
        return f"The persona {name.strip()!r} is deleted."

    async def listen(self, place: Place, listening: Listening) -> str:
        await self._database.run(workspaces.listen, place, listening)
        return f"{channel_name(place)}: I {LISTENING[listening]}, from the next message on."

    async def listening(self, place: Place) -> str:
        """What a channel listens to, as a sentence."""
        located = await self._database.run(workspaces.locate, place)
        return f"{channel_name(place)}: I {LISTENING[located.listening]}."

    async def prompt(self, workspace: WorkspaceRef) -> str:
        """The workspace's prompt; empty when none is set."""
        return await self._database.run(workspaces.prompt, await self._id(workspace))

    async def set_prompt(self, workspace: WorkspaceRef, text: str) -> str:
        text = wording.clean(text).strip()
        if not text:
            raise PersonaError("The prompt is empty: write what the model should know, or clear it.")
        if len(text) > INSTRUCTION_LIMIT:
            raise PersonaError(
                f"A workspace prompt has at most {INSTRUCTION_LIMIT:,} characters; this one has {len(text):,}."
            )
        await self._database.run(workspaces.set_prompt, await self._id(workspace), text)
        return "The workspace prompt is set, from the next message on."

    async def clear_prompt(self, workspace: WorkspaceRef) -> str:
        await self._database.run(workspaces.set_prompt, await self._id(workspace), "")
        return "The workspace prompt is cleared; the built-in one applies from the next message on."

    async def _id(self, workspace: WorkspaceRef) -> int:
        return await self._database.run(workspaces.workspace, workspace.platform, workspace.id)


def listing(assigned: list[Assigned]) -> str:
    """The personas of a workspace, a line each, with their channels."""
    lines = [
        f"• {one.persona.name}" + (f" (in {', '.join(f'#{name}' for name in one.channels)})" if one.channels else "")
        for one in assigned
    ]
    return "\n".join(lines) or NO_PERSONAS


def channel_name(place: Place) -> str:
    return f"#{place.channel_name}" if place.channel_name else "This conversation"

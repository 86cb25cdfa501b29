"""What the page asks of Parley, as whoever runs it: which persona a channel has, and to change that."""

from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from core.people import WorkspaceRef, operator
from core.personas import Personas
from storage.incoming import Place
from storage.personas import PersonaEdit, PersonaFields
from storage.problems import NotPossible
from storage.words import Platform

Answer = Awaitable[web.Response]

WHO = "playground"


class _Where(msgspec.Struct, kw_only=True):
    platform: Platform
    workspace: str
    channel: str
    channel_name: str = ""

    @property
    def ref(self) -> WorkspaceRef:
        return WorkspaceRef(self.platform, self.workspace)

    @property
    def place(self) -> Place:
        return Place(
            platform=self.platform,
            workspace_id=self.workspace,
            channel_id=self.channel,
            channel_name=self.channel_name,
        )


class _Chosen(_Where, kw_only=True):
    """A persona for the channel; none if the name is empty."""

    name: str


class _Written(_Where, kw_only=True):
    """A persona as the form has it; `was` is its name so far, empty for a new one."""

    was: str = ""
    name: str
    instruction: str


class Office:
    """Open from when Parley has started; what is asked before has no answer yet."""

    def __init__(self) -> None:
        self._personas: Personas | None = None

    def open(self, personas: Personas) -> None:
        self._personas = personas

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/page/personas", _answering(self._show)),
            web.post("/page/personas", _answering(self._save)),
            web.post("/page/personas/assign", _answering(self._assign)),
        ]

    async def _show(self, request: web.Request) -> object:
        if self._personas is None:
            return {"ready": False}
        where = msgspec.convert(dict(request.query), _Where)
        listed = await self._personas.listed(where.ref)
        assigned = await self._personas.of_channel(where.place)
        return {
            "ready": True,
            "personas": [{"name": one.persona.name, "instruction": one.persona.instruction} for one in listed],
            "assigned": assigned.name if assigned else "",
            "starters": [{"name": one.name, "instruction": one.instruction} for one in self._personas.starters()],
        }

    async def _save(self, request: web.Request) -> object:
        written = msgspec.json.decode(await request.read(), type=_Written)
        personas, by = self._opened(), operator(written.ref, WHO)
        if written.was:
            changes = PersonaEdit(name=written.name, instruction=written.instruction)
            return {"said": await personas.edit(by, written.was, changes)}
        await personas.create(by, PersonaFields(name=written.name, instruction=written.instruction))
        return {"said": await personas.assign(by, written.place, written.name)}

    async def _assign(self, request: web.Request) -> object:
        chosen = msgspec.json.decode(await request.read(), type=_Chosen)
        personas, by = self._opened(), operator(chosen.ref, WHO)
        if not chosen.name:
            return {"said": await personas.clear(by, chosen.place)}
        return {"said": await personas.assign(by, chosen.place, chosen.name)}

    def _opened(self) -> Personas:
        if self._personas is None:
            raise NotPossible("Parley is still starting.")
        return self._personas


def _answering(deed: Callable[[web.Request], Awaitable[object]]) -> Callable[[web.Request], Answer]:
    """The deed's answer as JSON, or an `error` with a sentence for each field at fault: that is an answer, too."""

    async def answer(request: web.Request) -> web.Response:
        try:
            return web.json_response(await deed(request))
        except NotPossible as error:
            problems = {problem.field: problem.sentence for problem in error.problems if problem.field}
            return web.json_response({"error": str(error), "problems": problems or None})
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            return web.json_response({"error": str(error)}, status=400)

    return answer

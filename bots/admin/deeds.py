"""What may be changed on the admin page: little, and all of it through core, which writes it down."""

from urllib.parse import urlencode

from aiohttp import web

from bots.admin.desk import Core
from bots.admin.seal import Seal
from bots.admin.visits import VISITING
from storage import browsing
from storage.incoming import Place

NO_SUCH_CHANNEL = "There is no such channel in this workspace."


class Deeds:
    """Each leads back to the page that it was done on, with what it says. Raises NotPossible."""

    def __init__(self, core: Core, seal: Seal) -> None:
        self._core = core
        self._seal = seal

    def routes(self) -> list[web.RouteDef]:
        row, number = r"/{row:\d{1,18}}", r"{number:\d{1,9}}"
        return [
            web.post(f"{row}/schedules/{number}/pause", self.pause),
            web.post(f"{row}/schedules/{number}/resume", self.resume),
            web.post(rf"{row}/channels/{{channel:\d{{1,18}}}}/clear", self.clear),
        ]

    async def pause(self, request: web.Request) -> web.Response:
        desk = await self._core.desk(request)
        said = await self._core.schedules.pause(desk.by, int(request.match_info["number"]))
        return self._back(request, f"{desk.path}/schedules", said)

    async def resume(self, request: web.Request) -> web.Response:
        desk = await self._core.desk(request)
        said = await self._core.schedules.resume(desk.by, int(request.match_info["number"]))
        return self._back(request, f"{desk.path}/schedules", said)

    async def clear(self, request: web.Request) -> web.Response:
        """Let a channel speak without a persona."""
        desk = await self._core.desk(request)
        channel = await self._core.database.run(browsing.channel, desk.row, int(request.match_info["channel"]))
        if channel is None:
            raise web.HTTPNotFound(text=NO_SUCH_CHANNEL)
        place = Place(
            platform=desk.by.platform,
            workspace_id=desk.by.workspace_id,
            channel_id=channel.platform_id,
            channel_name=channel.name,
        )
        said = await self._core.personas.clear(desk.by, place)
        return self._back(request, f"{desk.path}/personas", said)

    def _back(self, request: web.Request, path: str, said: str) -> web.Response:
        told = urlencode({"said": said, "seal": self._seal.of_words(request[VISITING].id, said)})
        raise web.HTTPSeeOther(f"{path}?{told}")

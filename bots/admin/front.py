"""What the admin page shows beside any workspace: the way in and out, the list of workspaces, and health."""

from time import monotonic

import structlog
from aiohttp import web

from bots.admin.desk import PLATFORMS, Core
from bots.admin.guesses import AGAIN_S, Guesses
from bots.admin.paging import from_key, from_number, more
from bots.admin.rendering import Rendering
from bots.admin.seal import Seal
from bots.admin.visits import KNOWN, PREFIX, VISITING, Visits
from storage import answers, browsing
from storage.words import Platform

log = structlog.get_logger()

WORKSPACES = 50
WRONG = "That is not the token."
TOO_OFTEN = f"Too many tries: wait {AGAIN_S} seconds, and try again."


class Front:
    def __init__(self, core: Core, rendering: Rendering, seal: Seal, visits: Visits) -> None:
        self._core = core
        self._rendering = rendering
        self._seal = seal
        self._visits = visits
        self._guesses = Guesses(monotonic)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("", self.home),
            web.get("/", self.workspaces),
            web.get("/health", self.health),
            web.get("/login", self.ask),
            web.post("/login", self.log_in),
            web.post("/logout", self.log_out),
        ]

    async def home(self, _request: web.Request) -> web.Response:
        raise web.HTTPSeeOther(f"{PREFIX}/")

    async def ask(self, request: web.Request) -> web.Response:
        if request[VISITING].inside:
            raise web.HTTPSeeOther(f"{PREFIX}/")
        return self._rendering.page(request, "login.html", problem="")

    async def log_in(self, request: web.Request) -> web.Response:
        if not self._guesses.may_try(request.remote or "", self._seal.name_in(request.cookies.get(KNOWN, ""))):
            log.warning("admin.login_refused", reason="too_often", address=request.remote)
            response = self._rendering.page(request, "login.html", 429, problem=TOO_OFTEN)
            response.headers["Retry-After"] = str(AGAIN_S)
            return response
        if not self._seal.opens(str((await request.post()).get("token", "")).strip()):
            log.warning("admin.login_refused", reason="wrong_token", address=request.remote)
            return self._rendering.page(request, "login.html", 403, problem=WRONG)
        log.info("admin.logged_in", address=request.remote)
        response = web.Response(status=303, headers={"Location": f"{PREFIX}/"})
        await self._visits.begin(request, response)
        return response

    async def log_out(self, request: web.Request) -> web.Response:
        response = web.Response(status=303, headers={"Location": f"{PREFIX}/login"})
        await self._visits.end(request, response)
        return response

    async def workspaces(self, request: web.Request) -> web.Response:
        named, direct = from_key(request, "named").strip(), request.query.get("direct") == "1"
        after = from_number(request, "after") or 0
        found = await self._core.database.run(
            browsing.workspaces, after_id=after, named=named, direct=direct, most=WORKSPACES + 1
        )
        shown, last = more(found, WORKSPACES)
        listed = [(one, PLATFORMS[Platform(one.platform)]) for one in shown]
        next_ = last.id if last else None
        return self._rendering.page(
            request, "workspaces.html", workspaces=listed, after=next_, named=named, direct=direct, first=not after
        )

    async def health(self, request: web.Request) -> web.Response:
        waiting = await self._core.database.run(answers.unsettled)
        return self._rendering.page(request, "health.html", parts=await self._core.look(), waiting=waiting)

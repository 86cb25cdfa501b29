"""What the admin page shows of one workspace."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from bots.admin import changes, charts
from bots.admin.desk import Core, Desk
from bots.admin.paging import from_key, from_number, more
from bots.admin.rendering import Rendering
from core import why
from core.caps import listing
from core.overview import DAYS
from core.schedules import standing
from core.usage import day
from storage.problems import NotPossible
from storage.usage import Facet

PERSONAS, ANSWERS, CHANGES, LINES = 25, 30, 30, 200
LONGEST = timedelta(days=366)
TOO_LONG = "A report covers a year at most."
FACETS = {
    Facet.CHANNEL: "channel",
    Facet.PERSON: "person",
    Facet.PERSONA: "persona",
    Facet.MODEL: "model",
    Facet.DAY: "day",
}


class Pages:
    """Raises HTTPException or NotPossible, whose sentence is shown in place of the page."""

    def __init__(self, core: Core, rendering: Rendering) -> None:
        self._core = core
        self._rendering = rendering

    def routes(self) -> list[web.RouteDef]:
        pages = {
            "": self.overview,
            "/usage": self.usage,
            "/personas": self.personas,
            "/schedules": self.schedules,
            "/answers": self.answers,
            r"/answers/{number:\d{1,18}}": self.answer,
            "/audit": self.audit,
        }
        return [web.get(rf"/{{row:\d{{1,18}}}}{path}", page) for path, page in pages.items()]

    async def overview(self, request: web.Request) -> web.Response:
        desk = await self._core.desk(request)
        since = _today(desk) - timedelta(days=DAYS - 1)
        report = await self._core.usage.whole(desk.by, since=since.isoformat())
        waits = await self._core.overview.waits(desk.by)
        drawn = [
            charts.of_answers(report),
            charts.of_cost(report),
            charts.of_waits(waits, charts.days_of(report)),
        ]
        parts = await self._core.look()
        return self._page(request, desk, "overview.html", report=report, waits=waits, charts=drawn, parts=parts)

    async def usage(self, request: web.Request) -> web.Response:
        desk = await self._core.desk(request)
        facet = Facet(by) if (by := request.query.get("by", "")) in FACETS else Facet.CHANNEL
        since, until = request.query.get("since", ""), request.query.get("until", "")
        refuse_long(since, until, _today(desk))
        report = await self._core.usage.whole(desk.by, facet, since, until)
        most = max((line.cost_microusd or line.tokens_in + line.tokens_out for line in report.lines), default=0)
        return self._page(
            request,
            desk,
            "usage.html",
            report=report,
            lines=report.lines[:LINES],
            most=most,
            caps=listing(report.caps).splitlines() if report.caps else [],
            facets=FACETS,
        )

    async def personas(self, request: web.Request) -> web.Response:
        desk = await self._core.desk(request)
        found = await self._core.overview.personas(desk.by, after=from_key(request, "after"), most=PERSONAS + 1)
        shown, last = more(found, PERSONAS)
        after = last.persona.name_key if last else None
        prompt = await self._core.workspace.prompt(desk.by.workspace)
        return self._page(request, desk, "personas.html", personas=shown, after=after, prompt=prompt)

    async def schedules(self, request: web.Request) -> web.Response:
        desk = await self._core.desk(request)
        found = await self._core.schedules.listed(desk.by)
        return self._page(request, desk, "schedules.html", schedules=found, standing=standing)

    async def answers(self, request: web.Request) -> web.Response:
        desk = await self._core.desk(request)
        before = from_number(request, "before")
        page = await self._core.overview.answers(desk.by, before_id=before, most=ANSWERS)
        return self._page(request, desk, "answers.html", page=page, before=before)

    async def answer(self, request: web.Request) -> web.Response:
        desk = await self._core.desk(request)
        number, version = int(request.match_info["number"]), from_number(request, "version")
        found = await self._core.inspection.why(number, desk.by, version=version)
        return self._page(request, desk, "answer.html", why=found, passages=why.passages(found))

    async def audit(self, request: web.Request) -> web.Response:
        desk = await self._core.desk(request)
        before, subject = from_number(request, "before"), from_key(request, "subject")
        found = await self._core.workspace.audit(desk.by, subject=subject, before_id=before, most=CHANGES + 1)
        shown, last = more(found, CHANGES)
        listed = [(one, changes.of(one)) for one in shown]
        older = last.id if last else None
        return self._page(request, desk, "audit.html", changes=listed, older=older, before=before, subject=subject)

    def _page(self, request: web.Request, desk: Desk, template: str, **values: Any) -> web.Response:
        return self._rendering.page(request, template, desk=desk, here=template.partition(".")[0], **values)


def refuse_long(since: str, until: str, today: date) -> None:
    """Raises NotPossible for more days than a page shows."""
    last = day(until, last=True) if until else today
    if since and last - day(since) > LONGEST:
        raise NotPossible(TOO_LONG, "day")


def _today(desk: Desk) -> date:
    return datetime.now(UTC).astimezone(ZoneInfo(desk.zone)).date()

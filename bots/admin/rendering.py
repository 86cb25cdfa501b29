"""Pages from templates. Whatever people and models wrote is put in as text: every template escapes all it is given."""

from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bots.admin.seal import Seal
from bots.admin.visits import VISITING, Visit
from core.caps import money

TEMPLATES = Path(__file__).parent / "templates"
NOBODY = Visit("", inside=False)
NOTHING = "—"


class Rendering:
    def __init__(self, seal: Seal) -> None:
        self._seal = seal
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"money": money, "moment": moment, "number": number, "seconds": seconds}
        self._environment.globals["version"] = version("parley")

    def page(self, request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
        """A page, for whoever visits."""
        visit = request.get(VISITING, NOBODY)
        known = {"inside": visit.inside, "form": self._seal.of_forms(visit.id), "said": self._said(request, visit)}
        text = self._environment.get_template(template).render(known | values)
        return web.Response(text=text, status=status, content_type="text/html")

    def trouble(self, request: web.Request, status: int, sentence: str) -> web.Response:
        """A page that says what went wrong."""
        return self.page(request, "trouble.html", status, sentence=sentence)

    def _said(self, request: web.Request, visit: Visit) -> str:
        """What was done just now, if that is Parley's own sentence."""
        said = request.query.get("said", "")
        return said if said and self._seal.is_of_words(visit.id, said, request.query.get("seal", "")) else ""


def number(count: int | None) -> str:
    return NOTHING if count is None else f"{count:,}"


def seconds(span: float | None) -> str:
    """As `0.8 s`, and from two minutes on as `2:05 min`."""
    if span is None:
        return NOTHING
    return f"{span:.1f} s" if span < 120 else f"{int(span // 60)}:{int(span % 60):02} min"


def moment(at: datetime | None, zone: str = "UTC") -> str:
    """As people write it in that zone."""
    return NOTHING if at is None else f"{at.astimezone(ZoneInfo(zone)):%d %b %Y %H:%M}"

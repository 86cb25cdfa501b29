"""Puts the admin page together: an application to be served below `/admin`."""

from pathlib import Path

from aiohttp import web

from bots.admin import guard
from bots.admin.deeds import Deeds
from bots.admin.desk import Core, Look
from bots.admin.front import Front
from bots.admin.pages import Pages
from bots.admin.rendering import Rendering
from bots.admin.seal import Seal
from bots.admin.visits import Visits
from core.moments import Now, utc_now
from core.settings import Settings
from storage.database import Database

STATIC = Path(__file__).parent / "static"


def create_app(settings: Settings, database: Database, look: Look, now: Now = utc_now) -> web.Application:
    """`look` pings the parts that must work, to be shown."""
    seal = Seal(settings.admin_token.get_secret_value().strip())
    visits, rendering, core = Visits(database, seal, now), Rendering(seal), Core(settings, database, look)
    app = web.Application(middlewares=[guard.telling(rendering.trouble), guard.guarding(visits, seal)])
    app.on_response_prepare.append(guard.add_headers)
    app.add_routes(Front(core, rendering, seal, visits).routes())
    app.add_routes([*Pages(core, rendering).routes(), *Deeds(core, seal).routes()])
    app.router.add_static("/static", STATIC)
    return app

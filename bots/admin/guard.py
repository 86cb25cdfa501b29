"""Keeps the admin page to whoever knows the token, and other pages away from it.

cheatsheetseries.owasp.org: Session Management, Cross-Site Request Forgery Prevention, Content Security Policy.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bots.admin.seal import Seal
from bots.admin.visits import COOKIE, PREFIX, SESSION, VISITING, Visit, Visits, give
from core import logs, texts
from storage.problems import NotPossible

log = structlog.get_logger()

LOGIN = f"{PREFIX}/login"
STATIC = f"{PREFIX}/static/"
FORM = "application/x-www-form-urlencoded"
MOST_BYTES = 16 * 1024
READING = frozenset({"GET", "HEAD"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FOREIGN = "This was sent by another page, or by one that is out of date: load the page again."
TOO_MUCH = "That is more than can be taken at once."
SENTENCES = {
    404: "There is no such page.",
    405: "That cannot be done here.",
}
MISSING = frozenset({texts.NO_SUCH_ANSWER, texts.NOTHING_KEPT})


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """What is shown is kept by nobody; the page's own files are asked for again each time."""
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")


def guarding(visits: Visits, seal: Seal) -> Middleware:
    """Whoever is not let in sees the form to log in; whatever changes something comes from a form of this visit."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(STATIC):
            response = await handler(request)
            response.headers["Cache-Control"] = "no-cache"
            return response
        visit = request[VISITING] = await visits.of(request)
        if request.method not in READING and not await _is_own(request, seal, visit):
            log.warning("admin.foreign_request", path=request.path)
            raise web.HTTPForbidden(text=FOREIGN)
        if not visit.inside and request.path != LOGIN:
            raise web.HTTPSeeOther(LOGIN)
        response = await handler(request)
        if not visit.inside and COOKIE not in response.cookies:
            give(request, response, COOKIE, visit.id, SESSION)
        return response

    return guard


def telling(page: Callable[[web.Request, int, str], web.Response]) -> Middleware:
    """What goes wrong is shown as a page as well: `page` makes it of a request, a status and a sentence."""

    @web.middleware
    async def tell(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as answer:
            if answer.status < 400:
                raise
            return page(request, answer.status, _sentence(answer))
        except NotPossible as error:
            return page(request, 404 if str(error) in MISSING else 400, str(error))
        except Exception as error:
            logs.unforeseen("admin.failed", error)
            return page(request, 500, "Something went wrong; the log says what.")

    return tell


def _sentence(answer: web.HTTPException) -> str:
    """What it says, where that is more than its number and name."""
    if answer.text and answer.text != f"{answer.status}: {answer.reason}":
        return answer.text
    return SENTENCES.get(answer.status, answer.reason)


async def _is_own(request: web.Request, seal: Seal, visit: Visit) -> bool:
    if is_foreign(request) or request.content_type != FORM:
        return False
    if request.content_length is None or request.content_length > MOST_BYTES:
        raise web.HTTPRequestEntityTooLarge(MOST_BYTES, 0, text=TOO_MUCH)
    form = await request.post()
    return seal.is_of_forms(visit.id, str(form.get("form", "")))


def is_foreign(request: web.Request) -> bool:
    """Whether the browser says that another page has sent it; some say nothing, and the form decides.

    A page that sends no referrer sends no origin either, but `null`: fetch.spec.whatwg.org/#origin-header
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site != "same-origin"
    origin = request.headers.get("Origin", "null")
    return origin != "null" and urlsplit(origin).netloc != request.host

"""Keeps other web pages away from the playground: DNS rebinding, writes and sockets from elsewhere, foreign scripts."""

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

_LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_POLICY = (
    "default-src 'self'; connect-src 'self' ws://127.0.0.1:* ws://localhost:*; img-src 'self' data:;"
    " object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@web.middleware
async def only_this_page(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a name that is not loopback's, and whatever another page writes or listens to."""
    if _host_name(request.headers.get("Host", "")) not in _LOOPBACK_NAMES:
        raise web.HTTPForbidden(text="The playground answers to loopback names only.")
    changes = request.method not in _READING or request.headers.get("Upgrade", "").lower() == "websocket"
    if changes and _is_foreign(request):
        raise web.HTTPForbidden(text="Another page may not use the playground.")
    return await handler(request)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the page's own headers on everything but what the platforms' SDKs read."""
    if request.path == "/" or request.path.startswith(("/static/", "/page/")):
        response.headers.update(_HEADERS)
        response.headers.setdefault("Cache-Control", "no-cache")


def _is_foreign(request: web.Request) -> bool:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    return origin is not None and origin != f"{request.scheme}://{request.headers['Host']}"


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""

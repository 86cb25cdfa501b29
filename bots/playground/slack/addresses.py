"""Absolute addresses of this server, as the caller of a request reaches it, below whatever prefix it is mounted."""

from aiohttp import web
from yarl import URL


def absolute(request: web.Request, route: str, **parts: str) -> str:
    """The address of a named route."""
    return str(request.url.origin().join(request.app.router[route].url_for(**parts)))


def socket(request: web.Request, ticket: str) -> str:
    """The WebSocket address that a ticket opens."""
    address = URL(absolute(request, "socket", ticket=ticket))
    return str(address.with_scheme("wss" if address.scheme == "https" else "ws"))

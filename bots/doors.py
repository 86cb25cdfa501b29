"""The paths on PORT that a platform answers: shut until it has started, and again from when it ends."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Doors:
    """Behind a shut door is 503, which tells a platform to come again; where no door is, 404."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}
        self._starting = True

    def open(self, handlers: Mapping[str, Handler]) -> None:
        """Answer these paths from now on."""
        self._handlers.update(handlers)
        self._starting = False

    def shut(self) -> None:
        self._handlers.clear()
        self._starting = True

    async def serve(self, request: web.Request) -> web.StreamResponse:
        handler = self._handlers.get(request.path)
        if handler is not None:
            return await handler(request)
        if self._starting:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "5"})
        raise web.HTTPNotFound

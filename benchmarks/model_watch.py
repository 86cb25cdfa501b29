"""Notes when the local model began to stream each answer, and how many answers it is giving now."""

import time

from aiohttp import web
from aiohttp.typedefs import Handler

COMPLETIONS = "/v1/chat/completions"


class ModelWatch:
    """`first_tokens` holds unix seconds by the number of the request (the model's `x-request-id`).

    The headers of a stream go out with its first token, after the model's own time to think.
    """

    def __init__(self) -> None:
        self.first_tokens: dict[int, float] = {}
        self.answering = 0

    def attach(self, app: web.Application) -> None:
        """Watch a model server that is not running yet."""

        @web.middleware
        async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
            asked = request.path.endswith(COMPLETIONS)
            self.answering += asked
            try:
                return await handler(request)
            finally:
                self.answering -= asked

        app.middlewares.append(count)
        app.on_response_prepare.append(self._note)

    async def _note(self, _: web.Request, response: web.StreamResponse) -> None:
        name = response.headers.get("x-request-id", "")
        if name:
            self.first_tokens[int(name.removeprefix("req_"))] = time.time()

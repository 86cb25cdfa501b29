"""How the model SDK's requests travel: over aiohttp, with streams that need not be read at every token.

A token arrives in a packet of its own, and hearing of each one costs more than reading it. Whoever reads a stream may
rest: meanwhile nothing is taken from the connection, and what has come by then is read at once.
"""

import asyncio
import math
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx2

SocketFactory = Callable[[tuple[Any, ...]], socket.socket]

# The name by which a response's extensions hold its body.
BODY = "parley.body"
KEEP_S = 60.0
MOST_ERROR_BYTES = 100_000

# All answers together are read so often, and one for itself ever less often while it grows: what its texts wait for is
# a tenth of its age. The text of one waits for a tenth of a second at most.
READS_PER_S = 1_000.0
SHARE_OF_AGE = 0.1
SHORTEST_REST_S = 0.01
LONGEST_REST_S = 0.1


class Body(httpx2.AsyncByteStream):
    """What a response brings, as it comes; of an error no more than its beginning."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self._left = MOST_ERROR_BYTES if response.status >= HTTPStatus.BAD_REQUEST else math.inf

    async def read(self) -> bytes:
        """What has come since the last time, as soon as there is any; nothing at the end."""
        if self._left <= 0:
            return b""
        with translated():
            data = await self._response.content.readany()
        self._left -= len(data)
        return data

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while data := await self.read():
            yield data

    async def aclose(self) -> None:
        self._response.release()

    async def rest(self, seconds: float) -> None:
        """Read nothing for a while."""
        transport = self._response.connection.transport if self._response.connection else None
        if transport is None or transport.is_closing():
            return
        transport.pause_reading()
        try:
            await asyncio.sleep(seconds)
        finally:
            if not transport.is_closing():
                transport.resume_reading()


class Pace:
    """How often the answers that stream at the same time are read: the more of them there are, and the longer one has
    been growing, the less often.

    Until its first text, an answer is read at once.
    """

    def __init__(self) -> None:
        self._live = 0

    @contextmanager
    def live(self) -> Iterator[None]:
        self._live += 1
        try:
            yield
        finally:
            self._live -= 1

    async def rest(self, body: Body, age_s: float) -> None:
        """Let more of an answer come before it is read on; its first text came `age_s` ago."""
        if seconds := self.pause_s(age_s):
            await body.rest(seconds)

    def pause_s(self, age_s: float) -> float:
        """For how long an answer of this age is not read; 0 where a rest would cost more than it spares."""
        seconds = min(max(self._live / READS_PER_S, age_s * SHARE_OF_AGE), LONGEST_REST_S)
        return seconds if seconds >= SHORTEST_REST_S else 0.0


class Wire(httpx2.AsyncBaseTransport):
    """One pool of connections. Raises httpx2.TransportError in place of aiohttp's errors.

    A request's read timeout is for the beginning of its answer. A timer for each read of a body would cost as much as
    the read, so how long a body may be silent is up to who reads it.

    `socket_factory` makes its sockets, where only some addresses may be reached; `proxied` tells whether the proxies of
    the environment are used. No cookie is kept, and what comes packed is unpacked.
    """

    def __init__(self, socket_factory: SocketFactory | None = None, *, proxied: bool = True) -> None:
        self._socket_factory = socket_factory
        self._proxied = proxied
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        patience = request.extensions.get("timeout", {})
        with translated():
            async with asyncio.timeout(patience.get("read")):
                response = await self._opened().request(
                    request.method,
                    str(request.url),
                    headers=request.headers.multi_items(),
                    data=await request.aread() or None,
                    allow_redirects=False,
                    timeout=aiohttp.ClientTimeout(sock_connect=patience.get("connect")),
                    proxy=proxy_of(request.url.scheme, request.url.host) if self._proxied else None,
                )
        body = Body(response)
        return httpx2.Response(
            response.status,
            headers=[header for header in response.raw_headers if header[0].lower() != b"content-encoding"],
            stream=body,
            request=request,
            extensions={"http_version": b"HTTP/1.1", BODY: body},
        )

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        """Connections without a limit: a question must not wait for another one's answer to end."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_S, socket_factory=self._socket_factory)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session


def proxy_of(scheme: str, host: str) -> str | None:
    """What HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY say of an address."""
    proxies = getproxies()
    found = proxies.get(scheme) or proxies.get("all")
    return found if found and not proxy_bypass(host) else None


@contextmanager
def translated() -> Iterator[None]:
    try:
        yield
    except aiohttp.ConnectionTimeoutError as error:
        raise httpx2.ConnectTimeout(str(error)) from error
    except TimeoutError as error:
        raise httpx2.ReadTimeout(str(error)) from error
    except aiohttp.ClientConnectorError as error:
        raise httpx2.ConnectError(str(error)) from error
    except aiohttp.InvalidURL as error:
        raise httpx2.UnsupportedProtocol(str(error)) from error
    except (aiohttp.ClientError, OSError) as error:
        raise httpx2.ReadError(str(error)) from error


def body_of(response: httpx2.Response) -> Body:
    """The body of a response that came over a wire: reading it so spares the SDK's iterators, one within another."""
    body: Body = response.extensions[BODY]
    return body

"""Asks a chat completions API for an answer, as a stream: the only file that knows `openai`.

The SDK makes the request (authentication, headers, typed errors); the lines of the stream are decoded in
`core/stream.py`, since the SDK's own iterator builds a model object for each chunk, at many times the cost. The SDK
tries nothing again: what is, and when, is decided in one place, `core/asking.py`.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import openai
import structlog
from openai import AsyncOpenAI, AsyncStream

from core import addresses, calls, corrections, faults, wire
from core.addresses import OffLimits
from core.answers import Answer, timed
from core.calls import Call
from core.corrections import Learned
from core.endpoints import DEFAULT, Endpoint
from core.errors import Fault, ImagesRefused, ModelTrouble
from core.settings import Settings
from core.stream import Finish, Tried

log = structlog.get_logger()

NO_KEY = "none"
CONNECT_S = 5.0
PING_S = 10.0
MOST_CORRECTIONS = 4
MOST_CLIENTS = 200
MOST_SAID = 4_000
SECONDS = re.compile(r"-?\d{1,9}(\.\d{1,9})?")
NOWHERE = "http://127.0.0.1:9/"
STREAM = AsyncStream[object]
OMITTED: dict[str, Any] = {"OpenAI-Organization": openai.Omit(), "OpenAI-Project": openai.Omit()}
NOT_PARAMETERS = {
    "model",
    "messages",
    "stream",
    "stream_options",
    "tools",
    "tool_choice",
    "prompt_cache_key",
    "safety_identifier",
}

# How endpoints refuse images: most name them, those that know only texts say what they expected in their place.
ABOUT_IMAGES = re.compile(r"image|vision|multi-?modal|modalit|mmproj|string", re.IGNORECASE)
BLIND = re.compile(
    r"support|vision|multi-?modal|modalit|mmproj|string|unknown (variant|part|type)|expected|only.*text|text.*only",
    re.IGNORECASE,
)


class Completion:
    """Makes requests: one pool of connections for the operator's endpoints, one for those of workspaces."""

    def __init__(self, settings: Settings, learned: Learned) -> None:
        self._first_token_s = settings.first_token_s
        self._idle_s = settings.idle_s
        self._must_be_public = settings.own_endpoints != "any"
        self._timeout = httpx2.Timeout(2 * max(settings.first_token_s, settings.idle_s), connect=CONNECT_S)
        self._learned = learned
        self._pace = wire.Pace()
        self._pool = self._sdk(httpx2.AsyncClient(transport=wire.Wire(), timeout=self._timeout, follow_redirects=True))
        self._pool_of_workspaces: AsyncOpenAI | None = None
        self._clients: dict[tuple[str, str, bool], AsyncOpenAI] = {}

    @asynccontextmanager
    async def answer(self, call: Call, finish: Finish, ends_at: float) -> AsyncIterator[Answer]:
        """Ask once, and yield the answer as soon as its first text is there; leaving the block closes the connection.

        `finish` tells how it ended. By `ends_at`, in the loop's time, the answer is over. Raises ModelTrouble.
        """
        first_by = asyncio.get_running_loop().time() + self._first_token_s
        async with timed(asyncio.timeout_at(min(first_by, ends_at)), self._idle_s, ends_at) as patience:
            try:
                async with self._request(call, finish) as response:
                    answer = Answer(wire.body_of(response), patience, finish, self._pace)
                    await answer.begin()
                    with self._pace.live():
                        yield answer
            except openai.OpenAIError as error:
                raise self._looked_into(call, error) from error
            except httpx2.InvalidURL as error:
                raise faults.trouble(Fault.NO_API, "no_address") from error
            except httpx2.HTTPError as error:
                raise faults.trouble(Fault.BROKEN, type(error).__name__) from error

    async def ping(self, endpoint: Endpoint) -> None:
        """Ask which models there are, which no provider charges for; of the answer only the status is read.

        Raises ModelTrouble.
        """
        try:
            async with self._client_of(endpoint).models.with_streaming_response.list(timeout=PING_S):
                return
        except openai.OpenAIError as error:
            raise trouble_of(error) from error
        except httpx2.InvalidURL as error:
            raise faults.trouble(Fault.NO_API, "no_address") from error
        except httpx2.HTTPError as error:
            raise faults.trouble(Fault.BROKEN, type(error).__name__) from error

    @asynccontextmanager
    async def _request(self, call: Call, finish: Finish) -> AsyncIterator[httpx2.Response]:
        """One streaming request; what the model turns out not to take is left out, now and from then on."""
        endpoint, name = call.model.endpoint, call.model.name
        takes = known = self._learned.of(endpoint, name)
        for last in (False,) * MOST_CORRECTIONS + (True,):
            body = calls.parameters(call, takes)
            finish.begin(endpoint.name, name, {key: body[key] for key in body.keys() - NOT_PARAMETERS})
            try:
                async with self._created(endpoint, body) as response:
                    if takes is not known:
                        self._learned.keep(endpoint, name, takes)
                    yield response
                    return
            except (openai.BadRequestError, openai.NotFoundError, openai.UnprocessableEntityError) as error:
                corrected = corrections.learned(takes, body, error.param or "", said(error))
                if corrected is None or last:
                    raise
                log.info("model.corrected", model=call.model.ref, was=str(takes), now=str(corrected))
                finish.tried.append(Tried(call.model.ref, trouble_of(error).code))
                takes = corrected

    @asynccontextmanager
    async def _created(self, endpoint: Endpoint, body: dict[str, Any]) -> AsyncIterator[httpx2.Response]:
        # The SDK's own method looks into every message that it is given: 9 ms of processor time for 50 of them.
        stream = await self._client_of(endpoint).post(
            "/chat/completions", cast_to=object, body=body, stream=True, stream_cls=STREAM
        )
        try:
            yield stream.response
        finally:
            await stream.response.aclose()

    def _looked_into(self, call: Call, error: openai.OpenAIError) -> ModelTrouble:
        """What it is; when images may be what was refused, a model that takes none gets no more of them."""
        trouble, endpoint = trouble_of(error), call.model.endpoint
        if not isinstance(error, openai.APIStatusError) or error.status_code in (401, 402, 403, 429):
            return trouble
        if not call.has_images or endpoint.corrections.get("vision") is True or not ABOUT_IMAGES.search(said(error)):
            return trouble
        if BLIND.search(said(error)):
            known = self._learned.of(endpoint, call.model.name)
            self._learned.keep(endpoint, call.model.name, replace(known, vision=False))
        return ImagesRefused(trouble.kind, trouble.code, fault=trouble.fault)

    def _client_of(self, endpoint: Endpoint) -> AsyncOpenAI:
        """The SDK's client for an address and a key; those of one pool share its connections."""
        is_own = endpoint.owned_by is not None
        key = (endpoint.base_url, endpoint.key, is_own)
        if key not in self._clients:
            if len(self._clients) >= MOST_CLIENTS:
                self._clients.clear()
            pool = self._own_pool() if is_own else self._pool
            headers = OMITTED | (custom_headers() if endpoint.name != DEFAULT else {})
            client = self._clients[key] = pool.with_options(
                base_url=endpoint.base_url, api_key=endpoint.key or NO_KEY, default_headers=headers
            )
            # Until it knows the system's name, the SDK asks for it before each request, in a thread.
            client._platform = "Unknown"  # noqa: SLF001
        return self._clients[key]

    def _own_pool(self) -> AsyncOpenAI:
        """For workspaces' own endpoints: no redirect is followed, no proxy used, no cookie kept."""
        if self._pool_of_workspaces is None:
            factory = addresses.public_socket if self._must_be_public else None
            transport = wire.Wire(factory, proxied=False)
            self._pool_of_workspaces = self._sdk(
                httpx2.AsyncClient(transport=transport, timeout=self._timeout, trust_env=False)
            )
        return self._pool_of_workspaces

    def _sdk(self, http_client: httpx2.AsyncClient) -> AsyncOpenAI:
        return AsyncOpenAI(
            api_key=NO_KEY, base_url=NOWHERE, max_retries=0, timeout=self._timeout, http_client=http_client
        )

    async def close(self) -> None:
        await self._pool.close()
        if self._pool_of_workspaces is not None:
            await self._pool_of_workspaces.close()


def custom_headers() -> dict[str, Any]:
    """The headers that the SDK takes from the environment; they are meant for the first endpoint alone."""
    lines = os.environ.get("OPENAI_CUSTOM_HEADERS", "").split("\n")
    return {line.partition(":")[0].strip(): openai.Omit() for line in lines if ":" in line}


def said(error: openai.APIStatusError) -> str:
    """All that an error body says, for looking into it; never for the log or for people."""
    return f"{error.message} {error.body}"[:MOST_SAID]


def trouble_of(error: openai.OpenAIError) -> ModelTrouble:
    """Classify what the SDK raised."""
    if isinstance(error, openai.APIStatusError):
        fault = faults.of_status(error.status_code, error.body)
        code = f"{error.status_code}:{faults.code_of(error.body)}"
        wait_s, window = retry_after_s(error.response.headers), faults.window_of(error.body)
        return faults.trouble(fault, code, retry_after_s=wait_s, window=window)
    if isinstance(error, openai.APIConnectionError):
        cause = error.__cause__
        if any(isinstance(one, OffLimits) for one in _causes(error)):
            return faults.trouble(Fault.OFF_LIMITS, "not_public")
        late = isinstance(cause, httpx2.ReadTimeout | httpx2.WriteTimeout | httpx2.PoolTimeout)
        return faults.trouble(Fault.TIMED_OUT if late else Fault.UNREACHABLE, f"connection:{type(cause).__name__}")
    return faults.trouble(Fault.UNKNOWN, type(error).__name__)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause = error.__cause__ or error.__context__
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """How long a provider says to wait, in seconds or until a date (RFC 9110, section 10.2.3)."""
    given = headers.get("retry-after", "").strip()
    if SECONDS.fullmatch(given):
        return max(0.0, float(given))
    try:
        until = parsedate_to_datetime(given)
    except ValueError:
        return None
    return max(0.0, (until - datetime.now(UTC)).total_seconds())

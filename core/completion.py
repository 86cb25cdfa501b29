"""Asks an OpenAI-compatible chat completions API for an answer, as a stream: the only file that knows `openai`.

The SDK makes the request (authentication, retries, typed errors); the lines of the stream are decoded here, since the
SDK's own iterator builds a model object for each chunk, at many times the cost.
"""

import asyncio
import re
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import msgspec
import openai
from openai import AsyncAPIResponse, AsyncOpenAI

from core import pictures
from core.errors import ImagesRefused, Kind, ModelTrouble
from core.history import ChatMessage
from core.settings import Settings

NO_KEY = "none"
CONNECT_S = 5.0
RETRIES = 2

# How endpoints refuse images: most name them, those that know only texts say what they expected in their place.
ABOUT_IMAGES = re.compile(r"image|vision|multi-?modal|modalit|mmproj|string", re.IGNORECASE)
BLIND = re.compile(
    r"support|vision|multi-?modal|modalit|mmproj|string|unknown (variant|part|type)|expected|only.*text|text.*only",
    re.IGNORECASE,
)


class _Delta(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta | None = None
    message: _Delta | None = None
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Chunk(msgspec.Struct):
    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    model: str | None = None
    error: Any = None


@dataclass(slots=True)
class Finish:
    """How an answer ended; `reason` is empty when the stream broke off without one."""

    reason: str = ""
    model: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None


class Patience:
    """How long a model may be silent: to its first text, and then within its answer.

    Moving a timer for each token would cost more than reading it, so the deadline is moved on only when it is near: a
    silence is ended between one and one and a half times `idle_s` after the last text.
    """

    def __init__(self, deadline: asyncio.Timeout, idle_s: float) -> None:
        self._deadline = deadline
        self._idle_s = idle_s
        self._now = asyncio.get_running_loop().time
        self._ends_at = 0.0

    def renew(self) -> None:
        """A text has come."""
        if self._ends_at < self._now() + self._idle_s:
            self._ends_at = self._now() + 1.5 * self._idle_s
            self._deadline.reschedule(self._ends_at)


class Answer:
    """One answer while it streams: iterate over its texts; `finish` is complete when the iteration has ended."""

    def __init__(self, response: AsyncAPIResponse[Any], patience: Patience) -> None:
        self._response = response
        self._patience = patience
        self._decode = msgspec.json.Decoder(_Chunk).decode
        self.finish = Finish()

    async def __aiter__(self) -> AsyncIterator[str]:
        """Raises ModelTrouble when the stream breaks, says an error, or is none."""
        try:
            async for batch in self._batches():
                for text in filter(None, map(self._text, batch)):
                    self._patience.renew()
                    yield text
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise ModelTrouble(Kind.TRANSIENT, type(error).__name__) from error

    async def _batches(self) -> AsyncIterator[list[bytes]]:
        """The lines that have come so far, a batch for each read; a body that is no event stream is one line."""
        rest, streaming = b"", True
        async for data in self._response.iter_bytes():
            rest += data
            streaming = streaming and not rest.lstrip().startswith((b"{", b"<"))
            if streaming:
                *lines, rest = rest.split(b"\n")
                yield lines
        yield [rest]

    def _text(self, line: bytes) -> str:
        if line.startswith(b"data:"):
            data = line[5:].strip()
            if data != b"[DONE]":
                return self._chunk(data)
            self.finish.reason = self.finish.reason or "stop"
        elif line.lstrip().startswith((b"{", b"<")):
            return self._chunk(line)
        return ""

    def _chunk(self, data: bytes) -> str:
        try:
            chunk = self._decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise ModelTrouble(Kind.INVALID if data[:1] == b"<" else Kind.TRANSIENT, "not_a_completion") from error
        if chunk.error:
            raise ModelTrouble(Kind.TRANSIENT, f"error_in_stream:{error_code(chunk.error)}")
        if chunk.usage:
            self.finish.tokens_in, self.finish.tokens_out = chunk.usage.prompt_tokens, chunk.usage.completion_tokens
        self.finish.model = chunk.model or self.finish.model
        if not chunk.choices:
            return ""
        choice = chunk.choices[0]
        self.finish.reason = choice.finish_reason or self.finish.reason
        said = choice.delta or choice.message or _Delta()
        return said.content or said.refusal or ""


class Completion:
    """The model's endpoint: one client and one pool of connections for the process."""

    def __init__(self, settings: Settings) -> None:
        self._model = settings.openai_model
        self._first_token_s = settings.first_token_s
        self._idle_s = settings.idle_s
        self._usage_refused = False
        self._must_see = settings.vision == "on"
        self.sees = settings.vision != "off"
        timeout = httpx2.Timeout(max(settings.first_token_s, settings.idle_s), connect=CONNECT_S)
        self._client = AsyncOpenAI(
            api_key=settings.openai_api_key.get_secret_value() or NO_KEY,
            base_url=settings.openai_base_url,
            default_headers={"OpenAI-Organization": openai.Omit(), "OpenAI-Project": openai.Omit()},  # type: ignore[dict-item]
            max_retries=RETRIES,
            timeout=timeout,
            # The SDK's own client on aiohttp reads a stream at half the cost of the default one.
            http_client=openai.DefaultAioHttpClient(timeout=timeout),
        )

    @asynccontextmanager
    async def answer(self, messages: Sequence[ChatMessage]) -> AsyncIterator[Answer]:
        """Ask, and yield the answer as it streams; leaving the block closes the connection. Raises ModelTrouble."""
        try:
            async with asyncio.timeout(self._first_token_s) as deadline, self._request(messages) as response:
                yield Answer(response, Patience(deadline, self._idle_s))
        except TimeoutError:
            raise ModelTrouble(Kind.TRANSIENT, "silent_too_long") from None
        except openai.OpenAIError as error:
            trouble = trouble_of(error)
            if self.sees and not self._must_see and any(message.images for message in messages):
                self._look_into(error, trouble)
            raise trouble from error

    def _look_into(self, error: openai.OpenAIError, trouble: ModelTrouble) -> None:
        """Raises ImagesRefused when images may be what was refused; a model that takes none gets no more of them."""
        said = error.message if isinstance(error, openai.APIStatusError) else ""
        if trouble.kind is Kind.LIMITED or not ABOUT_IMAGES.search(said):
            return
        self.sees = not BLIND.search(said)
        raise ImagesRefused(trouble.kind, trouble.code) from error

    @asynccontextmanager
    async def _request(self, messages: Sequence[ChatMessage]) -> AsyncIterator[AsyncAPIResponse[Any]]:
        """One streaming request; an endpoint that knows no usage in streams is asked again without it, once for all."""
        try:
            async with self._create(messages) as response:
                yield response
                return
        except openai.BadRequestError as error:
            if self._usage_refused or "stream_options" not in str(error):
                raise
            self._usage_refused = True
        async with self._create(messages) as response:
            yield response

    def _create(self, messages: Sequence[ChatMessage]) -> Any:
        return self._client.chat.completions.with_streaming_response.create(
            model=self._model,
            messages=[{"role": message.role.value, "content": content_of(message)} for message in messages],  # type: ignore[misc]
            stream=True,
            stream_options=openai.omit if self._usage_refused else {"include_usage": True},
        )

    async def close(self) -> None:
        await self._client.close()


def content_of(message: ChatMessage) -> str | list[dict[str, Any]]:
    """The text alone, or with the images behind it: platform.openai.com/docs/guides/images-vision."""
    if not message.images:
        return message.content
    parts: list[dict[str, Any]] = [{"type": "text", "text": message.content}]
    return parts + [{"type": "image_url", "image_url": {"url": _data_url(image)}} for image in message.images]


def _data_url(image: bytes) -> str:
    return f"data:{pictures.media_type(image)};base64,{b64encode(image).decode('ascii')}"


def error_code(error: Any) -> str:
    """The short code in an error body of whatever shape; never its text."""
    if isinstance(error, dict):
        return str(error.get("code") or error.get("type") or "unknown")[:80]
    return "unknown"


def trouble_of(error: openai.OpenAIError) -> ModelTrouble:
    """Classify what the SDK raised."""
    if isinstance(error, openai.APIStatusError):
        code = f"{error.status_code}:{error.code or error_code(error.body)}"
        return ModelTrouble(_kind_of_status(error.status_code), code)
    if isinstance(error, openai.APITimeoutError):
        return ModelTrouble(Kind.TRANSIENT, "timeout")
    if isinstance(error, openai.APIConnectionError):
        return ModelTrouble(Kind.TRANSIENT, f"connection:{type(error.__cause__).__name__}")
    return ModelTrouble(Kind.UNKNOWN, type(error).__name__)


def _kind_of_status(status: int) -> Kind:
    match status:
        case 401 | 402 | 403:
            return Kind.DENIED
        case 404:
            return Kind.MISSING
        case 400 | 413 | 422:
            return Kind.INVALID
        case 429:
            return Kind.LIMITED
        case _:
            return Kind.TRANSIENT

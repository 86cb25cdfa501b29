"""What a server does that wants, or needs, no standard: raw bytes over a real connection."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx2
import pytest

from core import settings, wire
from core.answers import Answer, timed
from core.calls import Call
from core.chat import ChatMessage
from core.completion import Completion, retry_after_s
from core.endpoints import Endpoint, EndpointKind, Model, capabilities
from core.errors import Fault, ModelTrouble
from core.models import Models
from core.stream import Finish
from storage.words import Role

pytestmark = pytest.mark.usefixtures("environment")

HEAD = b"HTTP/1.1 %b\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
TEXT = b'data: {"choices":[{"delta":{"content":"Hello."}}]}\n\n'
END = b'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n'
DONE = b"data: [DONE]\n\n"

Saying = Callable[[asyncio.StreamWriter], AsyncIterator[bytes]]


def once(*parts: bytes) -> Saying:
    async def say(_: asyncio.StreamWriter) -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    return say


def forever(first: bytes, part: bytes) -> Saying:
    async def say(writer: asyncio.StreamWriter) -> AsyncIterator[bytes]:
        yield first
        while not writer.is_closing():
            yield part

    return say


@asynccontextmanager
async def server(saying: Saying) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            async for data in saying(writer):
                writer.write(data)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    finally:
        listening.close()


async def asked(base_url: str, *, first_s: float = 60.0, most_s: float = 60.0) -> tuple[str, Finish]:
    """What an answer is from there. Raises ModelTrouble."""
    loaded = settings.load(None, OPENAI_BASE_URL=base_url, OPENAI_MODEL="m", PARLEY_FIRST_TOKEN_S=first_s)
    models, finish = Models(loaded), Finish()
    completion = Completion(loaded, models.learned)
    call = Call(model=models.choose(), messages=[ChatMessage(Role.USER, "hello")])
    try:
        ends_at = asyncio.get_running_loop().time() + most_s
        async with completion.answer(call, finish, ends_at) as answer:
            return "".join([text async for text in answer]), finish
    finally:
        await completion.close()


@pytest.mark.parametrize(
    ("saying", "fault"),
    [
        (once(HEAD % b"200 OK", TEXT[:20]), Fault.GARBLED),
        (once(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"), Fault.BROKEN),
        (once(b"HTTP/1.1 500 No\r\nContent-Length: 500\r\n\r\nhalf"), Fault.BROKEN),
        (once(b"HTTP/1.1 400 No\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\nnot gzip"), Fault.BROKEN),
        (once(b"SSH-2.0-OpenSSH_9.2\r\n"), Fault.UNREACHABLE),
        (once(b""), Fault.UNREACHABLE),
        (forever(HEAD % b"500 No", b"x" * 60_000), Fault.DOWN),
        (forever(HEAD % b"200 OK", b": keep-alive\n\n"), Fault.SILENT),
        (forever(HEAD % b"200 OK", b"x" * 60_000), Fault.ENDLESS),
        (forever(HEAD % b"200 OK", TEXT * 5_000), Fault.ENDLESS),
        (once(b"HTTP/1.1 302 Found\r\nLocation: /v1/elsewhere\r\nContent-Length: 0\r\n\r\n"), Fault.UNREACHABLE),
    ],
    ids=[
        "half a line",
        "less than promised",
        "half an error",
        "an error that cannot be unpacked",
        "another protocol",
        "nothing",
        "an endless error",
        "endless comments",
        "an endless line",
        "an endless answer",
        "a redirect to itself",
    ],
)
async def test_whatever_a_server_does_is_the_models_trouble(saying: Saying, fault: Fault) -> None:
    async with server(saying) as url:
        with pytest.raises(ModelTrouble) as raised:
            await asked(url, first_s=0.5 if fault is Fault.SILENT else 60.0)
    assert raised.value.fault is fault


class Breaking(wire.Body):
    """The body of a response that breaks off after these parts."""

    def __init__(self, *parts: bytes) -> None:
        self._parts = [*parts]

    async def read(self) -> bytes:
        if not self._parts:
            raise httpx2.ReadError("reset")
        return self._parts.pop(0)


@pytest.mark.parametrize("end", [END, DONE])
async def test_an_answer_that_has_ended_is_whole_whatever_becomes_of_its_connection(end: bytes) -> None:
    finish, ends_at = Finish(), asyncio.get_running_loop().time() + 20.0
    async with timed(asyncio.timeout_at(ends_at), 20.0, ends_at) as patience:
        answer = Answer(Breaking(TEXT, end), patience, finish, wire.Pace())
        await answer.begin()
        text = "".join([text async for text in answer])
    assert (text, finish.reason) == ("Hello.", "stop")


async def test_an_answer_is_not_read_beyond_its_end() -> None:
    async with server(forever(HEAD % b"200 OK" + TEXT + DONE, b": keep-alive\n\n")) as url:
        text, finish = await asked(url, most_s=20.0)
    assert (text, finish.reason) == ("Hello.", "stop")


async def test_a_model_that_thinks_without_end_is_ended() -> None:
    thought = b'data: {"choices":[{"delta":{"reasoning_content":"hm"}}]}\n\n'
    async with server(forever(HEAD % b"200 OK", thought * 50)) as url:
        with pytest.raises(ModelTrouble) as raised:
            await asked(url, most_s=1.0)
    assert raised.value.fault is Fault.OVERTIME


async def test_an_answer_of_a_server_that_says_the_least_is_read() -> None:
    async with server(once(HEAD % b"200 OK", TEXT, b"data: [DONE]")) as url:
        text, finish = await asked(url)
    assert (text, finish.reason) == ("Hello.", "stop")


@pytest.mark.parametrize(
    ("given", "seconds"), [("2", 2.0), ("0.5", 0.5), ("-1", 0.0), ("", None), ("soon", None), ("inf", None)]
)
def test_how_long_to_wait_is_read_in_seconds(given: str, seconds: float | None) -> None:
    assert retry_after_s({"retry-after": given}) == seconds


def test_how_long_to_wait_is_read_as_a_date() -> None:
    assert retry_after_s({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0.0


async def test_a_name_that_leads_to_a_private_address_is_not_connected_to() -> None:
    loaded = settings.load(None, OPENAI_MODEL="m", PARLEY_OWN_ENDPOINTS="public")
    completion = Completion(loaded, Models(loaded).learned)
    connections: list[socket.socket] = []

    async def note(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer.get_extra_info("socket"))
        writer.close()

    listening = await asyncio.start_server(note, "127.0.0.1", 0)
    for host in ("localhost", "127.0.0.1"):
        endpoint = Endpoint(
            name="own",
            kind=EndpointKind.OTHER,
            base_url=f"http://{host}:{listening.sockets[0].getsockname()[1]}/v1",
            context_tokens=5_000,
            answer_tokens=500,
            owned_by=1,
            must_be_public=True,
        )
        call = Call(model=Model(endpoint, "m", capabilities(endpoint, "m")), messages=[ChatMessage(Role.USER, "hi")])
        with pytest.raises(ModelTrouble) as raised:
            async with completion.answer(call, Finish(), asyncio.get_running_loop().time() + 5):
                pass
        assert raised.value.fault is Fault.OFF_LIMITS
    assert connections == []
    listening.close()
    await completion.close()

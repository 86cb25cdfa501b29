"""Where a workspace's token goes when files are fetched, seen by two servers that are not the same host."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bots.playground.serving import serving
from bots.slack.files import Downloads, announced
from core import texts
from core.errors import LeftOut, PlatformTrouble
from core.files import Fetch
from storage.incoming import File
from storage.words import FileKind


class Host:
    """A server that answers each path once with what it was told, then for ever leads back to it."""

    def __init__(self) -> None:
        self.answers: dict[str, web.Response] = {}
        self.asked: list[tuple[str, str | None]] = []

    async def serve(self, request: web.Request) -> web.Response:
        self.asked.append((request.path, request.headers.get("Authorization")))
        return self.answers.pop(request.path, None) or web.Response(status=302, headers={"Location": request.path})


@pytest.fixture
async def host() -> Host:
    return Host()


@pytest.fixture
async def url(host: Host) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/{path:.*}", host.serve)
    async with serving(app) as url:
        yield url


@pytest.fixture
async def fetch(url: str) -> AsyncIterator[Fetch]:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient("xoxb-secret", base_url=f"{url}/api/")
        client.proxy = None
        yield Downloads(session, f"{url}/api/").by(client)


def at(address: str, size: int = 0) -> File:
    return File(name="x", size=size, source=address)


async def test_slacks_own_host_gets_the_token(host: Host, url: str, fetch: Fetch) -> None:
    host.answers["/x"] = web.Response(body=b"bread")
    assert await fetch(at(f"{url}/x"), 100) == b"bread"
    assert host.asked == [("/x", "Bearer xoxb-secret")]


async def test_a_redirect_to_another_host_is_not_followed_with_the_token(host: Host, url: str, fetch: Fetch) -> None:
    elsewhere = url.replace("127.0.0.1", "localhost")
    host.answers["/x"] = web.Response(status=302, headers={"Location": f"{elsewhere}/y"})
    with pytest.raises(LeftOut, match=texts.FILE_UNREACHABLE):
        await fetch(at(f"{url}/x"), 100)
    assert host.asked == [("/x", "Bearer xoxb-secret")]


async def test_a_redirect_within_slack_is_followed_a_few_times(host: Host, url: str, fetch: Fetch) -> None:
    host.answers["/x"] = web.Response(status=302, headers={"Location": "/y"})
    host.answers["/y"] = web.Response(body=b"bread")
    assert await fetch(at(f"{url}/x"), 100) == b"bread"
    with pytest.raises(LeftOut):
        await fetch(at(f"{url}/round"), 100)


@pytest.mark.parametrize(
    "address", ["https://slack.com.evil.example/x", "https://evilslack.com/x", "http://slack.com/x"]
)
async def test_no_other_host_is_asked_at_all(host: Host, fetch: Fetch, address: str) -> None:
    with pytest.raises(LeftOut, match=texts.FILE_ELSEWHERE):
        await fetch(at(address), 100)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (web.Response(status=403), LeftOut),
        (web.Response(status=404), PlatformTrouble),
        (web.Response(body=b"x" * 101), LeftOut),
        (web.Response(text="<html>Sign in", content_type="text/html"), LeftOut),
    ],
)
async def test_what_is_not_the_file_is_refused(
    host: Host, url: str, fetch: Fetch, answer: web.Response, error: type[Exception]
) -> None:
    host.answers["/x"] = answer
    with pytest.raises(error):
        await fetch(at(f"{url}/x", size=50), 100)


@pytest.mark.parametrize("given", [None, "x", [None, 3], {"id": "F1"}])
def test_whatever_is_no_list_of_files_announces_none(given: object) -> None:
    assert announced({"files": given}) == ()


def test_a_file_kept_elsewhere_is_left_out_at_once() -> None:
    (file,) = announced({"files": [{"name": "plan", "is_external": True, "url_private": "https://drive.example/x"}]})
    assert (file.kind, file.note) == (FileKind.LEFT_OUT, texts.FILE_ELSEWHERE)

"""Files beside Slack's messages: announced in the event, fetched with the workspace's token from Slack alone.

docs.slack.dev/reference/objects/file-object. Without the scope `files:read`, Slack answers a download with HTTP 200 and
a page to sign in on.
"""

from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import reading, web
from core import files, texts
from core.errors import Kind, LeftOut, PlatformTrouble
from storage.incoming import File
from storage.words import FileKind

MOST = 20
REDIRECTS = (301, 302, 303, 307, 308)
HOPS = 4
CHUNK_BYTES = 65_536


def announced(event: dict[str, Any]) -> tuple[File, ...]:
    """The files of a message; how to get one is its address or, where Slack withholds that, its id."""
    given = [part["files"] for part in (event, *reading.attachments(event)) if isinstance(part.get("files"), list)]
    shared = [one for listed in given for one in listed if isinstance(one, dict)]
    return tuple(_announced(one) for one in shared[:MOST])


def _announced(shared: dict[str, Any]) -> File:
    name = str(shared.get("name") or shared.get("title") or shared.get("id") or "")
    size = shared["size"] if isinstance(shared.get("size"), int) else 0
    if shared.get("is_external"):
        return File(name=name, size=size, kind=FileKind.LEFT_OUT, note=texts.FILE_ELSEWHERE)
    return File(name=name, size=size, source=_address(shared) or str(shared.get("id") or ""))


def _address(shared: dict[str, Any]) -> str:
    """docs.slack.dev/apis/slack-connect: a file from elsewhere says no more than that one must ask for it."""
    if shared.get("file_access") == "check_file_info":
        return ""
    return str(shared.get("url_private_download") or shared.get("url_private") or "")


class Downloads:
    """`connections` may go anywhere; a token goes to Slack's own hosts, and to that of SLACK_API_URL."""

    def __init__(self, connections: aiohttp.ClientSession, api_url: str) -> None:
        self._connections = connections
        self._api = urlsplit(api_url)

    def by(self, client: AsyncWebClient) -> files.Fetch:
        """The way to get files in one workspace."""

        async def fetch(file: File, limit: int) -> bytes:
            address, size = file.source, file.size
            if not address.startswith(("http://", "https://")):
                address, size = await _looked_up(client, file.source)
            if size > limit:
                raise LeftOut(texts.FILE_TOO_LARGE)
            try:
                return await self._get(address, size, limit, client)
            except (aiohttp.ClientError, OSError) as error:
                raise PlatformTrouble(Kind.TRANSIENT, type(error).__name__) from error

        return fetch

    async def _get(self, address: str, size: int, limit: int, client: AsyncWebClient) -> bytes:
        """Follow redirects by hand: a token must not follow them to whoever they lead to."""
        if not self._is_slack(urlsplit(address)):
            raise LeftOut(texts.FILE_ELSEWHERE)
        for _ in range(HOPS):
            headers = {"Authorization": f"Bearer {client.token}"} if self._is_slack(urlsplit(address)) else {}
            async with self._connections.get(
                address, headers=headers, allow_redirects=False, proxy=client.proxy
            ) as response:
                if response.status not in REDIRECTS:
                    return await _body(response, size, limit)
                address = urljoin(address, response.headers.get("Location", ""))
            if urlsplit(address).scheme != "https" and not self._is_slack(urlsplit(address)):
                raise LeftOut(texts.FILE_UNREACHABLE)
        raise LeftOut(texts.FILE_UNREACHABLE)

    def _is_slack(self, address: SplitResult) -> bool:
        if (address.scheme, address.netloc) == (self._api.scheme, self._api.netloc):
            return True
        host = address.hostname or ""
        return address.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com"))


async def _looked_up(client: AsyncWebClient, file_id: str) -> tuple[str, int]:
    """The address and size of a file that an event only names: docs.slack.dev/reference/methods/files.info."""
    try:
        shared = (await web.call(client.files_info(file=file_id)))["file"]
    except PlatformTrouble as trouble:
        if trouble.kind is Kind.DENIED:
            raise LeftOut(texts.FILE_NOT_ALLOWED) from trouble
        raise
    address = str(shared.get("url_private_download") or shared.get("url_private") or "")
    if shared.get("is_external") or not address:
        raise LeftOut(texts.FILE_ELSEWHERE)
    return address, shared["size"] if isinstance(shared.get("size"), int) else 0


async def _body(response: aiohttp.ClientResponse, size: int, limit: int) -> bytes:
    if response.status in (401, 403):
        raise LeftOut(texts.FILE_NOT_ALLOWED)
    if response.status != 200:
        raise PlatformTrouble(Kind.TRANSIENT, f"http_{response.status}")
    data = await files.collected(response.content.iter_chunked(CHUNK_BYTES), limit)
    # A page that somebody shared has the size that was announced; the page to sign in on does not.
    if response.content_type == "text/html" and len(data) != size:
        raise LeftOut(texts.FILE_NOT_ALLOWED)
    return data

import aiohttp
import pytest


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "", "[::1", "10.0.0.1"]
)
async def test_a_name_that_is_not_loopbacks_is_refused(http: aiohttp.ClientSession, host: str) -> None:
    for path in ("/", "/slack/control/state", "/discord/control/state"):
        async with http.get(path, headers={"Host": host}) as response:
            assert response.status == 403


@pytest.mark.parametrize("host", ["localhost:1234", "127.0.0.1", "[::1]:80", "LOCALHOST"])
async def test_loopback_names_are_served(http: aiohttp.ClientSession, host: str) -> None:
    async with http.get("/", headers={"Host": host}) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
async def test_another_page_may_not_write(http: aiohttp.ClientSession, headers: dict[str, str]) -> None:
    for path in ("/page/render", "/slack/control/messages", "/discord/control/messages", "/model/control/answers"):
        async with http.post(path, json={}, headers=headers) as response:
            assert response.status == 403, path


async def test_another_page_may_not_listen(http: aiohttp.ClientSession) -> None:
    for path in ("/slack/control/events", "/discord/control/events"):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(path, origin="https://evil.example")


async def test_the_page_itself_may_write(http: aiohttp.ClientSession, url: str) -> None:
    headers = {"Origin": url, "Sec-Fetch-Site": "same-origin"}
    body = {"user": "ann", "channel": "general", "text": "hi"}
    async with http.post("/slack/control/messages", json=body, headers=headers) as response:
        assert response.status == 201

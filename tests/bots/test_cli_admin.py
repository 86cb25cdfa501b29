"""`parley run` serves the admin page beside health, if a token for it is set."""

import aiohttp
from yarl import URL

from tests.bots.admin.office import TOKEN, Browser, seen
from tests.bots.command_line import CommandLine
from tests.ports import free_port


async def test_the_admin_page_is_served_beside_health(command_line: CommandLine) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    async with (
        command_line.serving("slack", PORT=str(port), PARLEY_ADMIN_TOKEN=TOKEN) as running,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session,
    ):
        browser = Browser(session, address)
        assert "Workspaces" in (await browser.log_in()).text
        assert "slack works" in " ".join(seen((await browser.get("/admin/health")).text).split())
        assert (await browser.get("/healthz")).status == 200
        assert not session.cookie_jar.filter_cookies(URL(f"{address}/healthz"))
        result = await running.stop()
    assert result.code == 0
    assert TOKEN not in result.out + result.err

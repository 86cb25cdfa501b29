"""Takes the picture of the admin page anew: `python -m docs.admin_screenshot` writes `docs/admin.png`."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import ViewportSize, async_playwright, expect

from storage.database import Database
from tests.bots.admin.bakery import month, open_bakery
from tests.bots.admin.office import TOKEN, administering
from tests.journeys.playground.browser import CHROMIUM, SWITCHES

PICTURE = Path(__file__).parent / "admin.png"
SIZE = ViewportSize(width=1280, height=1104)


async def main() -> None:
    """Let a month pass in a workspace, and photograph what the admin page shows of it."""
    with TemporaryDirectory() as folder:
        database = await Database.open(f"sqlite:///{folder}/parley.db")
        await open_bakery(database)
        await database.run(month, datetime.now(UTC))
        async with administering(database) as office, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*SWITCHES, "--hide-scrollbars"])
            page = await browser.new_page(viewport=SIZE, locale="en-GB", timezone_id="UTC")
            await page.goto(f"{office.url}/admin/")
            await page.get_by_label("Token").fill(TOKEN)
            await page.keyboard.press("Enter")
            await page.get_by_role("link", name="Bakery").click()
            await expect(page.locator("figure .u-over")).to_have_count(3)
            await page.screenshot(path=PICTURE)
            await browser.close()
        await database.close()


if __name__ == "__main__":
    asyncio.run(main())

"""The admin page in a real browser: at a desk and on a phone, in light and dark, by mouse and by keyboard."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from storage.database import Database
from tests.bots.admin.bakery import Words, month, open_bakery
from tests.bots.admin.office import TOKEN, Office, administering
from tests.journeys.playground.browser import ANSWER_MS, CHROMIUM, NO_CHROMIUM, SWITCHES

LONG = "A-name-without-any-blank-that-is-longer-than-a-phone-is-wide-" * 3
PAYLOAD = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>"
PAGES = ("", "1", "1/usage", "1/personas", "1/schedules", "1/answers", "1/answers/1", "1/audit", "health")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        await browser.close()


@asynccontextmanager
async def looking(browser: Browser, office: Office, **how: Any) -> AsyncIterator[Page]:
    """A page in a window of its own; whatever the browser complains about, such as a style in HTML, fails the test."""
    complaints: list[str] = []
    context = await browser.new_context(**how)
    page = await context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    await page.goto(f"{office.url}/admin")
    yield page
    await context.close()
    assert not complaints, "\n".join(complaints)


async def test_somebody_at_a_desk_logs_in_looks_around_and_changes_something(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite:///{tmp_path}/parley.db")
    await open_bakery(database)
    await database.run(month, datetime.now(UTC))
    async with administering(database) as office, browsing() as browser, looking(browser, office) as page:
        await expect(page.get_by_label("Token")).to_be_focused(timeout=ANSWER_MS)
        await page.keyboard.type(TOKEN)
        await page.keyboard.press("Enter")
        await page.get_by_role("link", name="Bakery").click()
        await expect(page.locator("figure .u-over")).to_have_count(3, timeout=ANSWER_MS)
        await expect(page.locator("figure .u-legend").first).to_contain_text("Answers", timeout=ANSWER_MS)
        await page.get_by_text("As a table").first.click()
        await expect(page.get_by_role("table").first.get_by_role("row")).to_have_count(31, timeout=ANSWER_MS)
        await page.get_by_role("link", name="Usage").click()
        await page.get_by_label("By").select_option("person")
        await page.get_by_role("button", name="Show").click()
        await expect(page.get_by_role("row", name="Chloé")).to_contain_text("$", timeout=ANSWER_MS)
        await page.get_by_role("link", name="Schedules").click()
        await page.get_by_role("button", name="Pause schedule 1").click()
        await expect(page.get_by_role("status")).to_contain_text("Schedule 1 is paused", timeout=ANSWER_MS)
        await page.get_by_role("link", name="Personas").click()
        await page.get_by_role("button", name="Let #general speak without a persona").click()
        await expect(page.get_by_role("status")).to_contain_text("speaks without a persona", timeout=ANSWER_MS)
        await page.get_by_role("link", name="Answers").click()
        await page.get_by_role("link", name="Earlier").click()
        await expect(page.get_by_role("link", name="Newest")).to_be_visible(timeout=ANSWER_MS)
        await page.goto(f"{office.url}/admin/1/answers/1")
        await expect(page.locator("main")).to_contain_text("Ann: When does the oven start?", timeout=ANSWER_MS)
        await page.get_by_role("link", name="Audit log").click()
        await expect(page.locator(".log")).to_contain_text("schedule.pause", timeout=ANSWER_MS)
        await page.get_by_role("button", name="Log out").click()
        await expect(page.get_by_label("Token")).to_be_visible(timeout=ANSWER_MS)
        await page.go_back()
        await expect(page.get_by_label("Token")).to_be_visible(timeout=ANSWER_MS)
    await database.close()


async def test_a_phone_shows_every_page_without_scrolling_sideways_whatever_people_wrote(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite:///{tmp_path}/parley.db")
    words = Words(LONG + PAYLOAD, LONG, LONG + PAYLOAD, LONG[:60], LONG + PAYLOAD, LONG + PAYLOAD, LONG, LONG)
    await open_bakery(database, words)
    phone = {"viewport": {"width": 375, "height": 700}, "is_mobile": True, "has_touch": True, "color_scheme": "dark"}
    async with administering(database) as office, browsing() as browser, looking(browser, office, **phone) as page:
        await page.get_by_label("Token").fill(TOKEN)
        await page.get_by_role("button", name="Log in").tap()
        await expect(page.get_by_role("heading", name="Workspaces")).to_be_visible(timeout=ANSWER_MS)
        for path in PAGES:
            await page.goto(f"{office.url}/admin/{path}")
            for details in await page.locator("summary").all():
                await details.tap()
            assert await page.evaluate("document.documentElement.scrollWidth") == 375, path
            assert await page.title() != "broken", path
        assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(12, 21, 20)"
    await database.close()

"""A real Chromium, and what a person does with the page."""

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Locator, Page, async_playwright, expect

CHROMIUM = (
    os.environ.get("PARLEY_TEST_CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)
NO_CHROMIUM = "no Chromium on PATH or in PARLEY_TEST_CHROMIUM"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SEVERAL_EDITS = re.compile(r"^([2-9]|\d{2,}) edits$")
WHOLE = re.compile(r"Seen: \d+ turns? .*told: “.*[.?!…]”", re.DOTALL)
ANSWER_MS = 15_000


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Page]:
    """The page, wide enough for both platforms; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        page = await browser.new_page(viewport={"width": 1600, "height": 900})
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        await page.goto(url)
        await expect(page.locator(".slack .channel")).not_to_have_count(0)
        await expect(page.locator(".discord .channel")).not_to_have_count(0)
        yield page
        await browser.close()
    assert not complaints, "\n".join(complaints)


async def write(page: Page, pane: str, text: str, room: str = "main") -> None:
    """Type this into a composer, and send it."""
    await page.locator(f"{pane} {room} .composer textarea").fill(text)
    await page.locator(f"{pane} {room} .composer .send").click()


async def open_command(page: Page, name: str) -> None:
    """Choose a slash command on Discord with the keyboard alone."""
    await page.locator(".discord main .composer textarea").press_sequentially(name)
    await page.keyboard.press("Enter")
    await expect(page.locator(".discord .command b")).to_have_text(name)


async def finished_answer(answer: Locator, containing: str = "") -> str:
    """The built-in model's answer with this in it, once it is whole: it ends by telling what the model was told."""
    await expect(answer).to_contain_text(containing, timeout=ANSWER_MS)
    await expect(answer).to_contain_text(WHOLE, timeout=ANSWER_MS)
    return await answer.inner_text()

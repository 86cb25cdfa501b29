"""Takes the picture of the playground anew: `python -m docs.screenshot` writes `docs/playground.png`."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Page, ViewportSize, async_playwright, expect

from tests.journeys.playground.browser import CHROMIUM, SWITCHES, finished_answer, open_command, write
from tests.journeys.playground.started import playing

PICTURE = Path(__file__).parent / "playground.png"
SIZE = ViewportSize(width=1600, height=1000)
EDITS_ALLOWED_AGAIN_MS = 6_000
BUTLER = "Answer like a butler."
PIRATE = "Talk like a pirate, and call everybody matey."


async def main() -> None:
    """Let people talk with Parley on both platforms, and photograph it."""
    with TemporaryDirectory() as folder:
        async with playing(Path(folder)) as playground, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*SWITCHES, "--hide-scrollbars"])
            page = await browser.new_page(viewport=SIZE, locale="en-GB", timezone_id="UTC")
            await page.goto(playground.url)
            await talk_on_slack(page)
            await talk_on_discord(page)
            await page.mouse.move(0, 0)
            await page.screenshot(path=PICTURE)
            await browser.close()


async def talk_on_slack(page: Page) -> None:
    await page.locator(".slack .channel", has_text="support").click()
    await write(page, ".slack", "/parley persona create")
    modal = page.locator("dialog.slack-modal")
    await modal.get_by_label("Name", exact=True).fill("Butler")
    await modal.get_by_label("How should it answer?").fill(BUTLER)
    await modal.get_by_role("button", name="Save").click()
    await expect(modal).to_be_hidden()
    await write(page, ".slack", "/parley persona assign Butler")
    await expect(page.locator(".slack .ephemeral").last).to_contain_text("speaks as 'Butler'")
    await speak_as(page, ".slack", "Chloé")
    await write(page, ".slack", "Our new colleague has arrived. It takes its tea in this channel.")
    await speak_as(page, ".slack", "Ben")
    await write(page, ".slack", "@Parley count to 10, please")
    await page.locator(".slack main .message .replies").click()
    await finished_answer(page.locator(".slack .thread .message").nth(1))
    await speak_as(page, ".slack", "Ann")
    await write(page, ".slack", "and now a table of who said what?", ".thread")
    await finished_answer(page.locator(".slack .thread .message").nth(3), "Seen: 3 turns")


async def talk_on_discord(page: Page) -> None:
    await open_command(page, "/persona create")
    await page.keyboard.type("Pirate")
    await page.keyboard.press("Enter")
    modal = page.locator("dialog.discord-modal")
    await modal.get_by_label("How should it answer?").fill(PIRATE)
    await modal.get_by_role("button", name="Submit").click()
    await expect(modal).to_be_hidden()
    await open_command(page, "/persona assign")
    await page.keyboard.type("Pirate")
    await expect(page.locator(".discord .completion strong")).to_have_text("Pirate")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(page.locator(".discord .ephemeral").last).to_contain_text("speaks as 'Pirate'")
    await open_command(page, "/ask")
    await page.keyboard.type("hello")
    await page.keyboard.press("Enter")
    answer = page.locator(".discord main .message").last
    await finished_answer(answer, "Arr, Ann!")
    await page.wait_for_timeout(EDITS_ALLOWED_AGAIN_MS)
    await speak_as(page, ".discord", "Ben")
    await answer.hover()
    await answer.get_by_role("button", name="Reply", exact=True).click()
    await write(page, ".discord", "what did we say so far?")
    await finished_answer(page.locator(".discord main .message").last, "Seen: 3 turns")


async def speak_as(page: Page, pane: str, name: str) -> None:
    await page.locator(f"{pane} .me select").select_option(label=name)


if __name__ == "__main__":
    asyncio.run(main())

"""The page's own control for personas: choose, make and edit one on either platform, and hear the next answer."""

from typing import Any

import aiohttp
import pytest
from playwright.async_api import Locator, Page, expect

from tests.journeys.control import until
from tests.journeys.playground.browser import ANSWER_MS, CHROMIUM, NO_CHROMIUM, finished_answer, write
from tests.journeys.playground.started import Playground

PIRATE = "Talk like a pirate."
BUTLER = "Answer like a butler."

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)


def form(page: Page) -> Locator:
    return page.locator("dialog.persona-modal[open]")


async def make(page: Page, pane: str, name: str, instruction: str) -> None:
    await page.locator(f"{pane} .persona select").select_option(label="New…")
    await form(page).get_by_label("Name").fill(name)
    await form(page).get_by_label("How should it answer?").fill(instruction)
    await form(page).get_by_role("button", name="Save").click()
    await expect(form(page)).to_have_count(0)
    await expect(page.locator(f"{pane} .persona select")).to_have_value(f"={name}")


@pytest.mark.parametrize("pane", [".slack", ".discord"])
async def test_a_persona_made_changed_and_taken_away_in_the_page_changes_each_next_answer(
    page: Page, playground: Playground, pane: str
) -> None:
    await playground.answer_at_once()
    await expect(page.locator(f"{pane} .persona select")).to_have_value("=")
    await make(page, pane, "Pirate", PIRATE)
    assert PIRATE in await asked(page, playground, pane, 1)

    await page.locator(f"{pane} .persona .edit").click()
    await form(page).get_by_label("How should it answer?").fill(BUTLER)
    await form(page).get_by_role("button", name="Save").click()
    await expect(form(page)).to_have_count(0)
    system = await asked(page, playground, pane, 2)
    assert BUTLER in system
    assert PIRATE not in system

    await page.locator(f"{pane} .persona select").select_option(label="none")
    await expect(page.locator(f"{pane} .toast").last).to_contain_text("speaks without a persona")
    assert BUTLER not in await asked(page, playground, pane, 3)


async def asked(page: Page, playground: Playground, pane: str, number: int) -> str:
    """What the model was told for the next question."""
    await write(page, pane, "@Parley hello")

    async def told() -> str | None:
        requests = await playground.model.requests()
        return requests[number - 1]["messages"][0]["content"] if len(requests) >= number else None

    return await until(told)


async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(page: Page) -> None:
    await make(page, ".slack", "Pirate", PIRATE)
    await page.locator(".slack .persona select").select_option(label="New…")
    await form(page).get_by_label("Name").fill("pirate")
    await form(page).get_by_label("How should it answer?").fill("Speak of {nobody}.")
    await form(page).get_by_role("button", name="Save").click()
    problems = form(page).locator(".problem:visible")
    await expect(problems).to_contain_text(["already a persona called 'pirate'", "I do not know {nobody}."])
    await expect(form(page).get_by_label("Name")).to_have_value("pirate")
    await expect(form(page).get_by_label("How should it answer?")).to_have_value("Speak of {nobody}.")


async def test_a_new_persona_may_begin_with_one_that_comes_along(page: Page) -> None:
    await page.locator(".discord .persona select").select_option(label="New…")
    await form(page).get_by_label("Start from").select_option(index=1)
    await expect(form(page).get_by_label("Name")).not_to_have_value("")
    await form(page).get_by_role("button", name="Save").click()
    await expect(form(page)).to_have_count(0)
    await expect(page.locator(".discord .persona select")).not_to_have_value("=")


async def test_what_is_set_in_the_chat_shows_in_the_page(page: Page) -> None:
    await write(page, ".slack", "/parley persona create Butler Answer like a butler.")
    await expect(page.locator(".slack main .ephemeral")).to_contain_text("'Butler' is made")
    await write(page, ".slack", "/parley persona assign Butler")
    await expect(page.locator(".slack .persona select")).to_have_value("=Butler", timeout=10_000)


async def test_the_page_says_what_it_cannot_do(playground: Playground) -> None:
    where = {"platform": "slack", "workspace": "T0PARLEY", "channel": "C0GENERAL1"}
    async with aiohttp.ClientSession(playground.url) as http:
        status, refused = await answer(http, "/page/personas", {**where, "name": "", "instruction": ""})
        assert (status, set(refused["problems"])) == (200, {"name", "instruction"})
        status, unknown = await answer(http, "/page/personas/assign", {**where, "name": "Nobody"})
        assert (status, unknown["error"]) == (200, "There is no persona called 'Nobody'.")
        status, wrong = await answer(http, "/page/personas/assign", {**where, "platform": "irc", "name": "x"})
        assert status == 400
        assert "platform" in wrong["error"]


async def answer(http: aiohttp.ClientSession, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    async with http.post(path, json=body) as response:
        return response.status, await response.json()


async def test_an_answer_on_slack_can_be_asked_why_it_says_so(page: Page, playground: Playground) -> None:
    await playground.answer_at_once()
    await make(page, ".slack", "Pirate", PIRATE)
    await write(page, ".slack", "@Parley hello")
    await page.locator(".slack main .message .replies").click()
    shown = page.locator(".slack .thread .message").nth(1)
    await finished_answer(shown)
    await shown.hover()
    await shown.get_by_role("button", name="Why this answer?").click()
    window = page.locator("dialog.slack-modal[open]")
    await expect(window).to_contain_text(PIRATE, timeout=ANSWER_MS)


async def test_an_answer_on_discord_can_be_asked_why_it_says_so(page: Page, playground: Playground) -> None:
    await playground.answer_at_once()
    await make(page, ".discord", "Pirate", PIRATE)
    await write(page, ".discord", "@Parley hello")
    shown = page.locator(".discord main .message").nth(1)
    await finished_answer(shown)
    await shown.hover()
    await shown.get_by_role("button", name="Why this answer?").click()
    await expect(page.locator(".discord .ephemeral").last).to_contain_text(PIRATE, timeout=ANSWER_MS)

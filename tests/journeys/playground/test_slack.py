import pytest
from playwright.async_api import Page, expect

from tests.journeys.playground.browser import CHROMIUM, NO_CHROMIUM, SEVERAL_EDITS, finished_answer, write
from tests.journeys.playground.started import Playground

PIRATE = "Talk like a pirate, and call everybody matey."

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)


async def test_an_answer_grows_in_its_thread_and_the_follow_up_has_the_whole_history(
    page: Page, playground: Playground
) -> None:
    await write(page, ".slack", "@Parley show code")
    await page.locator(".slack main .message .replies").click()
    answer = page.locator(".slack .thread .message").nth(1)
    await expect(answer.locator(".edits")).to_have_text("1 edit")
    beginning = await answer.locator(".body").inner_text()
    whole = await finished_answer(answer)
    await expect(answer.locator(".edits")).to_have_text(SEVERAL_EDITS)
    await expect(answer.locator("pre")).to_contain_text("PEOPLE = ['Ann']")
    assert len(beginning) < len(whole)

    await playground.answer_at_once()
    await page.locator(".slack .me select").select_option(label="Ben")
    await write(page, ".slack", "and what did we say?", ".thread")
    second = page.locator(".slack .thread .message").nth(3)
    await finished_answer(second, "Seen: 3 turns (2 by people, 1 by me) · people: Ann, Ben")
    await expect(page.locator(".slack .thread .author")).to_have_text(["Ann", "Parley", "Ben", "Parley"])

    await page.locator(".saw-toggle").click()
    turns = page.locator(".saw .turn")
    await expect(turns.nth(-3)).to_contain_text("Ann: show code")
    await expect(turns.nth(-2)).to_contain_text("PEOPLE = ['Ann']")
    await expect(turns.nth(-1)).to_contain_text("Ben: and what did we say?")
    assert [turn["role"] for turn in await playground.model.messages()] == ["system", "user", "assistant", "user"]


async def test_a_persona_made_in_the_modal_changes_the_next_answers_opening(page: Page, playground: Playground) -> None:
    await playground.answer_at_once()
    await write(page, ".slack", "@Parley hello")
    await page.locator(".slack main .message .replies").click()
    before = await finished_answer(page.locator(".slack .thread .message").nth(1))
    assert "pirate" not in before

    await write(page, ".slack", "/parley persona create")
    modal = page.locator("dialog.slack-modal")
    await modal.get_by_label("Name", exact=True).fill("Pirate")
    await modal.get_by_label("How should it answer?").fill(PIRATE)
    await modal.get_by_role("button", name="Save").click()
    await expect(modal).to_be_hidden()
    await expect(page.locator(".slack main .ephemeral")).to_contain_text("'Pirate' is made")
    await write(page, ".slack", "/parley persona assign Pirate")
    await expect(page.locator(".slack main .ephemeral").last).to_contain_text("#general speaks as 'Pirate'")

    await write(page, ".slack", "@Parley hello")
    await page.locator(".slack main .message .replies").nth(1).click()
    answer = page.locator(".slack .thread .message").nth(1)
    await finished_answer(answer, f"Arr, Ann! Speaking as told: “{PIRATE}”")
    assert PIRATE in (await playground.model.messages())[0]["content"]


async def test_a_direct_message_needs_no_mention(page: Page, playground: Playground) -> None:
    await playground.answer_at_once()
    await page.locator(".slack .channel", has_text="Parley").click()
    await page.get_by_role("button", name="who are you?").click()
    await page.keyboard.press("Enter")
    await page.locator(".slack main .message .replies").click()
    await finished_answer(page.locator(".slack .thread .message").nth(1), "people: Ann")

import pytest
from playwright.async_api import Page, expect

from tests.journeys.playground.browser import CHROMIUM, NO_CHROMIUM, SEVERAL_EDITS, finished_answer, open_command, write
from tests.journeys.playground.started import Playground

BARD = "Sing every answer in rhyme."
FILE = b"Sing every answer in free verse."

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)


async def test_ask_is_answered_by_edits_and_a_reply_to_it_has_the_history(page: Page, playground: Playground) -> None:
    await open_command(page, "/ask")
    await page.locator(".discord .command [data-option=question]").fill("show code")
    await page.keyboard.press("Enter")
    answer = page.locator(".discord main .message", has_text="Speaking as told")
    await expect(answer.locator(".edits")).to_have_text("1 edit")
    beginning = await answer.locator(".body").inner_text()
    whole = await finished_answer(answer)
    await expect(answer.locator(".edits")).to_have_text(SEVERAL_EDITS)
    await expect(answer.locator("pre")).to_contain_text("PEOPLE = ['Ann']")
    assert len(beginning) < len(whole)

    await playground.answer_at_once()
    await page.locator(".discord .me select").select_option(label="Ben")
    await answer.hover()
    await answer.get_by_role("button", name="Reply", exact=True).click()
    await write(page, ".discord", "what did we say?")
    second = page.locator(".discord main .message").last
    await finished_answer(second, "Seen: 3 turns (2 by people, 1 by me) · people: Ann, Ben")
    turns = [turn["content"] for turn in (await playground.model.messages())[1:]]
    assert turns[0] == "Ann: show code"
    assert turns[2] == "Ben: what did we say?"


async def test_a_persona_made_in_the_modal_changes_the_next_answers_opening(page: Page, playground: Playground) -> None:
    await playground.answer_at_once()
    await write(page, ".discord", "@Parley hello")
    assert "rhyme" not in await finished_answer(page.locator(".discord main .message").nth(1))

    await open_command(page, "/persona create")
    await page.keyboard.type("Bard")
    await page.keyboard.press("Enter")
    modal = page.locator("dialog.discord-modal")
    await expect(modal.get_by_label("Name")).to_have_value("Bard")
    await modal.get_by_label("How should it answer?").fill(BARD)
    await modal.get_by_role("button", name="Submit").click()
    await expect(modal).to_be_hidden()
    await expect(page.locator(".discord .ephemeral")).to_contain_text("'Bard' is made")

    await open_command(page, "/persona assign")
    await page.keyboard.type("b")
    await expect(page.locator(".discord .command .completion strong")).to_have_text("Bard")
    await page.keyboard.press("Enter")
    await expect(page.locator(".discord .command [data-option=name]")).to_have_value("Bard")
    await page.keyboard.press("Enter")
    await expect(page.locator(".discord .ephemeral").last).to_contain_text("#general speaks as 'Bard'")

    await open_command(page, "/ask")
    await page.keyboard.type("hello")
    await page.keyboard.press("Enter")
    await finished_answer(page.locator(".discord main .message").last, f"Speaking as told: “{BARD}”")
    assert BARD in (await playground.model.messages())[0]["content"]


async def test_a_persona_is_made_of_a_file_that_is_chosen_in_the_modal(page: Page) -> None:
    await open_command(page, "/persona create")
    await page.keyboard.type("Bard")
    await page.keyboard.press("Enter")
    modal = page.locator("dialog.discord-modal")
    await modal.locator("input[type=file]").set_input_files({"name": "b.md", "mimeType": "text/plain", "buffer": FILE})
    await modal.get_by_role("button", name="Submit").click()
    await expect(page.locator(".discord .ephemeral")).to_contain_text("'Bard' is made")
    await page.locator(".discord .persona select").select_option(label="Bard")
    await page.locator(".discord .persona .edit").click()
    form = page.locator("dialog.persona-modal[open]")
    await expect(form.get_by_label("How should it answer?")).to_have_value(FILE.decode())


async def test_a_thread_shows_the_message_that_it_hangs_on_and_is_a_conversation(
    page: Page, playground: Playground
) -> None:
    await playground.answer_at_once()
    await write(page, ".discord", "who brings what to the party?")
    await page.locator(".discord main .message").hover()
    await page.locator(".discord").get_by_role("button", name="Create thread").click()
    await expect(page.locator(".discord main .message .text")).to_have_text("who brings what to the party?")
    await write(page, ".discord", "@Parley what did we say?")
    await finished_answer(page.locator(".discord main .message").nth(2), "who brings what to the party?")

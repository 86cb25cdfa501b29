"""The page in a real Chromium, with a small Slack app and a small Discord bot made of the real libraries."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest
import yarl
from discord import app_commands
from playwright.async_api import Page, async_playwright, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

CHROMIUM = os.environ.get("PARLEY_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "persona",
    "title": {"type": "plain_text", "text": "Persona"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "words",
            "label": {"type": "plain_text", "text": "Instructions"},
            "element": {"type": "plain_text_input", "action_id": "text", "multiline": True},
        }
    ],
}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH or in PARLEY_TEST_CHROMIUM")


@pytest.fixture
async def page(url: str) -> AsyncIterator[Page]:
    """The page, opened wide; whatever the browser complains about fails the test."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = await browser.new_page(viewport={"width": 1600, "height": 900})
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        await page.goto(url)
        await expect(page.locator(".slack .channel")).not_to_have_count(0)
        await expect(page.locator(".discord .channel")).not_to_have_count(0)
        yield page
        await browser.close()
    assert complaints == []


@pytest.fixture
def slack(url: str) -> AsyncWebClient:
    return AsyncWebClient("xoxb-playground", base_url=f"{url}/slack/api/")


@pytest.fixture
async def slack_app(url: str, slack: AsyncWebClient) -> AsyncIterator[None]:
    """An app that opens a form on `/parley`, and answers a button, over Socket Mode."""
    app = AsyncApp(client=slack, process_before_response=True)

    @app.command("/parley")
    async def open_form(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        await slack.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("persona")
    async def save(ack: Any, view: dict[str, Any], body: dict[str, Any]) -> None:
        text = view["state"]["values"]["words"]["text"]["value"] or ""
        if len(text) < 5:
            await ack(response_action="errors", errors={"words": "Too short."})
            return
        await ack()
        await slack.chat_postEphemeral(channel="C0GENERAL1", user=body["user"]["id"], text=f"Saved: {text}")

    @app.action("again")
    async def again(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="Once more.", response_type="ephemeral", replace_original=False)

    handler = AsyncSocketModeHandler(app, "xapp-playground")
    handler.client.web_client = AsyncWebClient("xapp-playground", base_url=f"{url}/slack/api/")
    await handler.connect_async()  # type: ignore[no-untyped-call]
    yield
    await handler.close_async()  # type: ignore[no-untyped-call]


class Form(discord.ui.Modal, title="Persona"):
    words: discord.ui.TextInput["Form"] = discord.ui.TextInput(label="Instructions", style=discord.TextStyle.paragraph)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"Saved: {self.words.value}", ephemeral=True)


@pytest.fixture
async def bot(url: str) -> AsyncIterator[discord.Client]:
    """A bot with `/ask` and `/persona`, over the gateway."""
    base, gateway = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    discord.http.Route.BASE = f"{url}/discord/api/v10"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"{url.replace('http', 'ws', 1)}/discord/gateway")
    client = discord.Client(
        intents=discord.Intents.default(), guild_ready_timeout=0.1, allowed_mentions=discord.AllowedMentions.none()
    )
    tree = app_commands.CommandTree(client)

    @tree.command(description="Ask")
    async def ask(interaction: discord.Interaction, question: str, loud: bool = False) -> None:
        await interaction.response.defer(thinking=True)
        await asyncio.sleep(0.3)
        await interaction.edit_original_response(content=f"You asked {question!r}, loud: {loud}")

    @tree.command(description="Set the persona")
    async def persona(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())

    await client.login("discord-playground")
    await tree.sync()
    connected = asyncio.create_task(client.connect())
    await client.wait_until_ready()
    yield client
    await client.close()
    await connected
    discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


async def write(page: Page, pane: str, text: str, room: str = "main") -> None:
    await page.locator(f"{pane} {room} .composer textarea").fill(text)
    await page.locator(f"{pane} {room} .composer .send").click()


async def test_an_answer_grows_in_its_thread_by_the_edits_of_one_message(page: Page, slack: AsyncWebClient) -> None:
    await write(page, ".slack", "@Parley hello & <welcome>")
    question = page.locator(".slack main .message").last
    await expect(question).to_contain_text("@Parley hello & <welcome>")
    ts = await question.get_attribute("data-ts")
    posted = await slack.chat_postMessage(channel="C0GENERAL1", thread_ts=ts, text="Wel")

    await question.locator(".replies").click()
    answer = page.locator(".slack .thread .message").last
    await expect(answer.locator(".text")).to_have_text("Wel")
    await answer.evaluate("node => { node.marked = true; }")
    for text in ("Welcome", "Welcome *Ann*"):
        blocks = [{"type": "markdown", "text": text.replace("*", "**")}]
        await slack.chat_update(channel="C0GENERAL1", ts=posted["ts"], text=text, blocks=blocks)

    await expect(answer.locator(".blocks strong")).to_have_text("Ann")
    await expect(answer.locator(".edits")).to_have_text("2 edits")
    assert await answer.evaluate("node => node.marked")
    await expect(page.locator(".slack .thread .message")).to_have_count(2)


async def test_a_thread_is_continued_and_seen_by_another_person(page: Page) -> None:
    await write(page, ".slack", "first")
    await page.locator(".slack main .message").last.hover()
    await page.locator(".slack main").get_by_role("button", name="Reply in thread").click()
    await write(page, ".slack", "second", ".thread")

    await expect(page.locator(".slack .replies")).to_contain_text("1 reply")
    await page.locator(".slack .me select").select_option(label="Ben")
    await write(page, ".slack", "third", ".thread")

    await expect(page.locator(".slack .thread .author")).to_have_text(["Ann", "Ben"])
    await expect(page.locator(".slack .replies")).to_contain_text("2 replies")


async def test_people_see_their_own_channels_and_what_is_only_theirs(page: Page, slack: AsyncWebClient) -> None:
    await slack.chat_postEphemeral(channel="C0GENERAL1", user="U0ANN00001", text="for Ann alone")

    await expect(page.locator(".slack .ephemeral")).to_contain_text("Only visible to you")
    await expect(page.locator(".slack .channel", has_text="leadership")).to_have_count(1)
    await page.locator(".slack .me select").select_option(label="Chloé")
    await expect(page.locator(".slack .ephemeral")).to_have_count(0)
    await expect(page.locator(".slack .channel", has_text="leadership")).to_have_count(0)


async def test_a_person_edits_and_deletes_their_message(page: Page) -> None:
    await write(page, ".slack", "helo")
    message = page.locator(".slack main .message")
    await message.hover()
    await page.locator(".slack").get_by_role("button", name="Edit message").click()
    await write(page, ".slack", "hello")
    await expect(message).to_contain_text("hello")
    await expect(message).to_contain_text("(edited)")

    await message.hover()
    await page.locator(".slack").get_by_role("button", name="Delete message").click()
    await expect(message).to_have_count(0)


async def test_completion_is_worked_with_the_keyboard(page: Page) -> None:
    field = page.locator(".slack main .composer textarea")
    await field.press_sequentially("hi @b")
    await expect(page.locator(".slack main .completion strong")).to_have_text("@Ben")
    await field.press("Enter")
    await expect(field).to_have_value("hi @Ben ")

    await field.fill("")
    await field.press_sequentially("/p")
    await field.press("Tab")
    await expect(field).to_have_value("/parley ")


async def test_slack_modals_show_errors_inline(page: Page, slack_app: None) -> None:
    await write(page, ".slack", "/parley persona")
    modal = page.get_by_role("dialog", name="Persona")
    await modal.get_by_label("Instructions").fill("abc")
    await modal.get_by_role("button", name="Save").click()
    await expect(modal.get_by_role("alert")).to_have_text("Too short.")
    await expect(modal.get_by_label("Instructions")).to_have_value("abc")

    await modal.get_by_label("Instructions").fill("Talk like a pirate.")
    await modal.get_by_role("button", name="Save").click()
    await expect(page.locator(".slack .ephemeral")).to_contain_text("Saved: Talk like a pirate.")
    await expect(modal).to_have_count(0)


async def test_slack_buttons_reach_the_app(page: Page, slack: AsyncWebClient, slack_app: None) -> None:
    button = {"type": "button", "action_id": "again", "text": {"type": "plain_text", "text": "Again"}}
    await slack.chat_postMessage(channel="C0GENERAL1", text="x", blocks=[{"type": "actions", "elements": [button]}])

    await page.get_by_role("button", name="Again").click()

    await expect(page.locator(".slack .ephemeral")).to_contain_text("Once more.")


async def test_a_status_is_shown_until_the_answer_comes(page: Page, slack: AsyncWebClient) -> None:
    await write(page, ".slack", "@Parley hello")
    ts = await page.locator(".slack main .message").get_attribute("data-ts")
    await slack.assistant_threads_setStatus(channel_id="C0GENERAL1", thread_ts=ts or "", status="is thinking…")

    await expect(page.locator(".slack main .thinking")).to_have_text("Parley is thinking…")
    await slack.chat_postMessage(channel="C0GENERAL1", thread_ts=ts, text="done")
    await expect(page.locator(".slack main .thinking")).to_have_count(0)


async def test_a_slash_command_has_fields_and_shows_that_it_thinks(page: Page, bot: discord.Client) -> None:
    field = page.locator(".discord main .composer textarea")
    await field.press_sequentially("/as")
    await field.press("Enter")
    await page.get_by_label("question").fill("why?")
    await page.get_by_label("loud").select_option("true")
    await page.get_by_label("question").press("Enter")

    answer = page.locator(".discord .message")
    await expect(answer).to_contain_text("Parley is thinking…")
    await expect(answer).to_contain_text("You asked 'why?', loud: True")
    await expect(answer.locator(".above")).to_contain_text("Ann used /ask")


async def test_discord_modals_are_answered_for_one_person(page: Page, bot: discord.Client) -> None:
    await page.locator(".discord main .composer textarea").fill("/persona")
    await page.locator(".discord main .composer textarea").press("Enter")
    await page.locator(".discord").get_by_role("button", name="Send").click()
    modal = page.get_by_role("dialog", name="Persona")
    await modal.get_by_label("Instructions").fill("Talk like a pirate.")
    await modal.get_by_role("button", name="Submit").click()

    await expect(page.locator(".discord .ephemeral")).to_contain_text("Saved: Talk like a pirate.")
    await expect(modal).to_have_count(0)
    await page.locator(".discord .me select").select_option(label="Ben")
    await expect(page.locator(".discord .ephemeral")).to_have_count(0)


async def test_replies_threads_and_typing_are_shown(page: Page, bot: discord.Client) -> None:
    await write(page, ".discord", "who is here?")
    asked = page.locator(".discord .message").first
    message_id = int(await asked.get_attribute("data-id") or 0)
    channel = next(one for one in bot.get_all_channels() if one.name == "general")
    assert isinstance(channel, discord.TextChannel)

    async with channel.typing():
        await expect(page.locator(".discord .status")).to_have_text("Parley is typing…")
    answer = await channel.get_partial_message(message_id).reply("**Only** us.", mention_author=False)
    await answer.edit(content="**Only** us two.")
    shown = page.locator(".discord .message").last
    await expect(shown.locator(".reference")).to_contain_text("who is here?")
    await expect(shown.locator(".text strong")).to_have_text("Only")
    await expect(shown).to_contain_text("(edited)")
    await expect(shown.locator(".edits")).to_have_text("1 edit")

    await asked.hover()
    await asked.get_by_role("button", name="Create thread").click()
    await expect(page.locator(".discord .channel.in-channel")).to_have_text("╰who is here?")
    await write(page, ".discord", "inside")
    await expect(page.locator(".discord .message").last).to_contain_text("inside")
    await answer.delete()
    await page.locator(".discord .channel", has_text="general").click()
    await expect(page.locator(".discord .message")).to_have_count(1)


async def test_what_the_model_saw_is_shown(page: Page, http: aiohttp.ClientSession) -> None:
    messages = [
        {"role": "system", "content": "Be kind.\n\nTalk like a pirate."},
        {"role": "user", "content": "Ann: <b>hello</b>"},
    ]
    async with http.post(
        "/model/v1/chat/completions", json={"model": "parley-playground", "messages": messages}
    ) as done:
        assert done.status == 200

    await page.get_by_role("button", name="What the model saw").click()

    await expect(page.locator(".turn")).to_have_text(
        ["system, layer 1Be kind.\n", "system, layer 2Talk like a pirate.\n", "userAnn: <b>hello</b>\n"]
    )
    await expect(page.locator(".answering")).to_have_text("Answering: Built-in model")


async def test_a_pane_can_have_the_whole_width_and_a_narrow_window_shows_one(page: Page) -> None:
    await page.get_by_role("button", name="Discord", exact=True).click()
    await expect(page.locator(".slack")).to_be_hidden()
    await expect(page.locator(".discord .members")).to_be_visible()
    await page.get_by_role("button", name="Side by side").click()
    await expect(page.locator(".slack")).to_be_visible()

    await page.set_viewport_size({"width": 420, "height": 800})
    await expect(page.locator(".slack")).to_be_visible()
    await expect(page.locator(".discord")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 420


async def test_a_reload_shows_the_same_place(page: Page) -> None:
    await page.locator(".slack .channel", has_text="random").click()
    await write(page, ".slack", "over here")
    await page.reload()

    await expect(page.locator(".slack main h2")).to_have_text("# random")
    await expect(page.locator(".slack main .message")).to_contain_text("over here")

"""Commands, buttons, menus and forms, with the real client."""

import asyncio
import io
from typing import Any

import pytest

from bots.playground.discord.rules import Rules
from tests.bots.playground.discord.driving import Bot, Place, connected, library, opened

app_commands = library.app_commands
HURRIED = Rules(rate_limits=False, ack_deadline_s=0.1)


class Panel(library.ui.View):
    @library.ui.button(label="Stop", custom_id="stop")
    async def stop_it(self, interaction: library.Interaction, _: library.ui.Button[Any]) -> None:
        await interaction.response.edit_message(content="stopped", view=None)

    @library.ui.select(
        custom_id="colour", options=[library.SelectOption(label="Red"), library.SelectOption(label="Blue")]
    )
    async def choose(self, interaction: library.Interaction, select: library.ui.Select[Any]) -> None:
        await interaction.response.send_message(f"you chose {select.values[0]}", ephemeral=True)


class Form(library.ui.Modal, title="Persona"):
    text: library.ui.TextInput[Any] = library.ui.TextInput(label="Text", custom_id="text", max_length=100)

    async def on_submit(self, interaction: library.Interaction) -> None:
        await interaction.response.send_message(f"kept: {self.text.value}")


def add_commands(bot: Bot) -> None:
    @bot.tree.command(name="ask", description="Ask")
    async def ask(interaction: library.Interaction, question: str, about: library.Member | None = None) -> None:
        await interaction.response.defer(thinking=True)
        await interaction.edit_original_response(content=f"{question} {about.display_name if about else ''}".strip())

    @bot.tree.command(name="form", description="Form")
    async def form(interaction: library.Interaction) -> None:
        await interaction.response.send_modal(Form())

    @bot.tree.command(name="panel", description="Panel")
    async def panel(interaction: library.Interaction) -> None:
        await interaction.response.send_message("panel", view=Panel())

    @bot.tree.command(name="read", description="Read")
    async def read(interaction: library.Interaction, file: library.Attachment) -> None:
        await interaction.response.send_message(f"{file.filename}: {(await file.read()).decode()}")

    @bot.tree.command(name="age", description="Age")
    async def age(interaction: library.Interaction) -> None:
        seconds = (library.utils.utcnow() - interaction.created_at).total_seconds()
        await interaction.response.send_message(f"{seconds:.0f}")

    @bot.tree.command(name="chatter", description="Chatter")
    @app_commands.allowed_installs(guilds=True, users=True)
    async def chatter(interaction: library.Interaction) -> None:
        await interaction.response.send_message("follows")
        for number in range(6):
            try:
                await interaction.followup.send(f"{number}")
            except library.HTTPException as error:
                await interaction.edit_original_response(content=f"{error.code} after {number}")

    @bot.tree.command(name="late", description="Late")
    async def late(interaction: library.Interaction) -> None:
        await asyncio.sleep(0.2)
        with pytest.raises(library.NotFound) as refused:
            await interaction.response.send_message("too late")
        bot.heard.add("late", refused.value.code)

    @bot.tree.command(name="admin", description="Admin")
    @app_commands.default_permissions(manage_guild=True)
    async def admin(interaction: library.Interaction) -> None:
        await interaction.response.send_message("done", ephemeral=True)
        await interaction.followup.send("more", ephemeral=True)

    @bot.tree.context_menu(name="Summarise this")
    async def summarise(interaction: library.Interaction, message: library.Message) -> None:
        await interaction.response.send_message(f"short: {message.content}")

    group = app_commands.Group(name="persona", description="Personas")

    @group.command(name="set", description="Set")
    async def set_persona(interaction: library.Interaction, name: str) -> None:
        await interaction.response.send_message(f"persona {name}")

    @set_persona.autocomplete("name")
    async def names(_: library.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{current}!", value=current)]

    bot.tree.add_command(group)


@pytest.fixture
async def served(quick: Place) -> Any:
    bot = Bot()
    add_commands(bot)
    async with connected(quick, bot):
        await bot.tree.sync()
        yield bot


async def use(place: Place, command: str, user: str = "Ann", channel: str = "general", **more: Any) -> dict[str, Any]:
    begun = await place.control("POST", "commands", {"user": user, "channel": channel, "command": command, **more})
    return await place.settled(begun["interaction_id"])


async def until(place: Place, message_id: str, key: str, value: Any) -> dict[str, Any]:
    for _ in range(200):
        message = await place.message(message_id)
        if message[key] == value:
            return message
        await asyncio.sleep(0.01)
    raise AssertionError(message)


async def test_a_deferred_command_is_loading_until_it_is_answered(quick: Place, served: Bot) -> None:
    settled = await use(quick, "ask", options={"question": "why?", "about": "Ben"})
    assert (settled["state"], settled["response_type"], settled["ephemeral"]) == ("acknowledged", 5, False)
    shown = await until(quick, settled["message"], "content", "why? Ben")
    assert (shown["type"], shown["loading"], shown["interaction"]["name"]) == (20, False, "ask")


async def test_a_command_works_in_a_direct_message(quick: Place, served: Bot) -> None:
    settled = await use(quick, "ask", "Ben", "dm:Ben", options={"question": "why?"})
    assert (await until(quick, settled["message"], "content", "why?"))["channel"] == await quick.id_of("dm:Ben")


async def test_a_form_opens_and_is_sent(quick: Place, served: Bot) -> None:
    settled = await use(quick, "form")
    opened_forms = (await quick.state())["modals"][await quick.id_of("Ann")]
    assert [form["title"] for form in opened_forms] == ["Persona"]
    path = f"modals/{settled['modal']}/submit"
    await quick.control("POST", path, {"user": "Ann", "values": {}}, expect=400)
    await quick.control("POST", path, {"user": "Ben", "values": {"text": "x"}}, expect=403)
    sent = await quick.control("POST", path, {"user": "Ann", "values": {"text": "kind"}})
    answered = await quick.settled(sent["interaction_id"])
    assert (await quick.message(answered["message"]))["content"] == "kept: kind"
    assert (await quick.state())["modals"] == {}


async def test_a_button_changes_its_message(quick: Place, served: Bot) -> None:
    panel = (await use(quick, "panel"))["message"]
    pressed = await quick.control("POST", "components", {"user": "Ben", "message": panel, "custom_id": "stop"})
    assert (await quick.settled(pressed["interaction_id"]))["response_type"] == 7
    shown = await quick.message(panel)
    assert (shown["content"], shown["components"]) == ("stopped", [])


async def test_a_menu_answers_one_person_only(quick: Place, served: Bot) -> None:
    panel = (await use(quick, "panel"))["message"]
    body = {"user": "Ben", "message": panel, "custom_id": "colour", "values": ["Blue"]}
    chosen = await quick.control("POST", "components", body)
    answer = await quick.message((await quick.settled(chosen["interaction_id"]))["message"])
    assert (answer["content"], answer["ephemeral_for"]) == ("you chose Blue", await quick.id_of("Ben"))
    assert answer["reference"]["message_id"] == panel
    status, _ = await quick.api("GET", f"/channels/{answer['channel']}/messages/{answer['id']}")
    assert status == 404


async def test_a_late_answer_is_unknown_and_the_person_is_told() -> None:
    bot = Bot()
    add_commands(bot)
    async with opened(HURRIED) as place, connected(place, bot):
        await bot.tree.sync()
        settled = await use(place, "late")
        assert (settled["state"], settled["error"]) == ("failed", "The application did not respond")
        assert await bot.heard.next("late") == 10062


async def test_a_command_of_administrators_is_hidden_from_others(quick: Place, served: Bot) -> None:
    body = {"user": "Ben", "channel": "general", "command": "admin"}
    await quick.control("POST", "commands", body, expect=403)
    listed = (await quick.control("GET", "commands?user=Ben&channel=general"))["commands"]
    assert {each["name"]: each["allowed"] for each in listed}["admin"] is False
    assert (await use(quick, "admin"))["ephemeral"] is True


async def test_a_message_command_gets_its_target(quick: Place, served: Bot) -> None:
    target = await quick.say("Ben", "general", "a long story")
    settled = await use(quick, "Summarise this", target=target)
    shown = await quick.message(settled["message"])
    assert (shown["content"], shown["type"]) == ("short: a long story", 23)


async def test_subcommands_and_their_choices(quick: Place, served: Bot) -> None:
    settled = await use(quick, "persona", subcommand="set", options={"name": "Pirate"})
    assert settled["name"] == "persona set"
    assert (await quick.message(settled["message"]))["content"] == "persona Pirate"
    body = {"user": "Ann", "channel": "general", "command": "persona", "subcommand": "set", "option": "name"}
    found = await quick.control("POST", "autocomplete", {**body, "value": "Pi"})
    assert found == {"choices": [{"name": "Pi!", "value": "Pi"}]}


async def test_options_are_checked_as_the_client_does(quick: Place, served: Bot) -> None:
    body = {"user": "Ann", "channel": "general", "command": "ask"}
    await quick.control("POST", "commands", {**body, "options": {}}, expect=400)
    await quick.control("POST", "commands", {**body, "options": {"question": "x", "else": 1}}, expect=400)
    await quick.control("POST", "commands", {**body, "command": "none"}, expect=404)


async def test_nobody_can_act_when_no_bot_is_there(quick: Place) -> None:
    application = (await quick.state())["application"]["id"]
    command = {"name": "ask", "description": "Ask"}
    assert (await quick.api("POST", f"/applications/{application}/commands", command))[0] == 201
    body = {"user": "Ann", "channel": "general", "command": "ask"}
    await quick.control("POST", "commands", body, expect=503)


async def begun(place: Place, bot: Bot) -> library.Interaction:
    await place.control(
        "POST", "commands", {"user": "Ann", "channel": "general", "command": "ask", "options": {"question": "x"}}
    )
    interaction: library.Interaction = await bot.heard.next("interaction")
    return interaction


@pytest.fixture
async def silent(quick: Place, bot: Bot) -> Bot:
    """A bot whose commands are registered, and that does not answer by itself."""
    option = {"name": "question", "description": "What", "type": 3, "required": True}
    body = {"name": "ask", "description": "Ask", "options": [option]}
    await quick.api("POST", f"/applications/{bot.application_id}/commands", body)
    return bot


async def callback(place: Place, interaction: library.Interaction, body: Any, query: str = "") -> tuple[int, Any]:
    path = f"/interactions/{interaction.id}/{interaction.token}/callback{query}"
    return await place.api("POST", path, body, token=None)


async def test_an_interaction_carries_what_discord_sends(quick: Place, silent: Bot) -> None:
    interaction = await begun(quick, silent)
    assert interaction.filesize_limit == 10 * 1024 * 1024
    assert interaction.permissions.manage_guild
    assert interaction.app_permissions.send_messages
    assert interaction.is_guild_integration()
    assert interaction.context.guild
    assert interaction.channel is not None
    await callback(quick, interaction, {"type": 5})


async def test_an_interaction_is_answered_once(quick: Place, silent: Bot) -> None:
    interaction = await begun(quick, silent)
    assert await callback(quick, interaction, {"type": 4, "data": {"content": "one"}}) == (204, "")
    status, answer = await callback(quick, interaction, {"type": 4, "data": {"content": "two"}})
    assert (status, answer["code"]) == (400, 40060)


async def test_the_response_names_its_message_when_asked(quick: Place, silent: Bot) -> None:
    interaction = await begun(quick, silent)
    body = {"type": 4, "data": {"content": "one", "flags": 64}}
    status, answer = await callback(quick, interaction, body, "?with_response=true")
    assert status == 200
    assert answer["interaction"]["response_message_ephemeral"] is True
    assert answer["resource"]["message"]["id"] == answer["interaction"]["response_message_id"]


async def test_what_is_wrong_in_an_answer_is_named_below_its_data_and_a_deferred_one_may_ask(
    quick: Place, silent: Bot
) -> None:
    interaction = await begun(quick, silent)
    row = {"type": 1, "components": [{"type": 4, "custom_id": "x"}]}
    _, refused = await callback(quick, interaction, {"type": 4, "data": {"content": "x", "components": [row]}})
    wrong = refused["errors"]["data"]["components"]["0"]["components"]["0"]["_errors"][0]
    assert wrong["code"] == "UNION_TYPE_CHOICES"
    assert wrong["message"] == 'Value of field "type" must be one of (2, 3, 5, 6, 7, 8).'
    _, deferred = await callback(quick, interaction, {"type": 5}, "?with_response=true")
    assert "message" not in deferred["resource"]
    route = f"/webhooks/{interaction.application_id}/{interaction.token}/messages/@original"
    asked = {"poll": {"question": {"text": "Tea?"}, "answers": [{"poll_media": {"text": "Yes"}}]}}
    assert (await quick.api("PATCH", route, asked))[1]["poll"]["question"] == {"text": "Tea?"}


@pytest.mark.parametrize("body", [{"type": 6}, {"type": 8, "data": {"choices": []}}, {"type": 99}, {}])
async def test_a_command_is_not_answered_by_just_anything(quick: Place, silent: Bot, body: Any) -> None:
    interaction = await begun(quick, silent)
    assert (await callback(quick, interaction, body))[1]["code"] == 50035
    await callback(quick, interaction, {"type": 5})


async def test_a_bad_answer_leaves_the_interaction_waiting(quick: Place, silent: Bot) -> None:
    interaction = await begun(quick, silent)
    too_long = {"type": 4, "data": {"content": "x" * 2001}}
    assert (await callback(quick, interaction, too_long))[1]["code"] == 50035
    assert (await callback(quick, interaction, {"type": 4, "data": {"content": "x"}}))[0] == 204


async def test_a_token_works_only_after_the_answer(quick: Place, silent: Bot) -> None:
    interaction = await begun(quick, silent)
    hook = f"/webhooks/{silent.application_id}/{interaction.token}"
    assert (await quick.api("POST", hook, {"content": "x"}, token=None))[1]["code"] == 10015
    await callback(quick, interaction, {"type": 5})


async def test_a_token_dies_with_its_life(quick: Place, silent: Bot) -> None:
    interaction = await begun(quick, silent)
    await callback(quick, interaction, {"type": 5})
    await quick.control("PATCH", "rules", {"interaction_token_life_s": 0})
    hook = f"/webhooks/{silent.application_id}/{interaction.token}"
    status, answer = await quick.api("PATCH", f"{hook}/messages/@original", {"content": "x"}, token=None)
    assert (status, answer["code"]) == (401, 50027)


async def test_the_first_follow_up_after_a_deferral_is_the_answer(quick: Place, silent: Bot) -> None:
    interaction = await begun(quick, silent)
    await callback(quick, interaction, {"type": 5, "data": {"flags": 64}})
    hook = f"/webhooks/{silent.application_id}/{interaction.token}"
    _, answer = await quick.api("POST", hook, {"content": "one"}, token=None)
    _, original = await quick.api("GET", f"{hook}/messages/@original", token=None)
    _, second = await quick.api("POST", hook, {"content": "two"}, token=None)
    assert answer["id"] == original["id"] != second["id"]
    assert original["flags"] == 64
    assert second["type"] == 19
    assert (await quick.api("DELETE", f"{hook}/messages/{second['id']}", token=None))[0] == 204
    assert (await quick.api("PATCH", f"{hook}/messages/{second['id']}", {"content": "x"}, token=None))[1][
        "code"
    ] == 10008


async def test_a_rest_only_worker_edits_the_answer_with_the_token(quick: Place, silent: Bot) -> None:
    interaction = await begun(quick, silent)
    await callback(quick, interaction, {"type": 5})
    data = {"id": silent.application_id, "type": 3, "token": interaction.token}
    webhook = library.Webhook.from_state(data, state=silent._connection)  # type: ignore[arg-type]  # noqa: SLF001
    message = await webhook.edit_message("@original", content="done")  # type: ignore[call-overload]
    assert (await quick.message(str(message.id)))["content"] == "done"


async def test_a_file_of_a_command_can_be_fetched(quick: Place, served: Bot) -> None:
    file = {"filename": "build.log", "text": "red"}
    settled = await use(quick, "read", options={"file": file})
    assert (await quick.message(settled["message"]))["content"] == "build.log: red"


async def test_where_only_a_person_installed_it_there_are_five_follow_ups(quick: Place, served: Bot) -> None:
    with pytest.raises(AssertionError):
        await use(quick, "read", options={"file": {"text": "x"}}, installed_by="user")
    settled = await use(quick, "chatter", installed_by="user")
    shown = await until(quick, settled["message"], "content", "40094 after 5")
    assert shown["interaction"]["user"] == await quick.id_of("Ann")


async def test_an_interaction_may_be_older_than_its_token(quick: Place, served: Bot) -> None:
    settled = await use(quick, "age", age_s=600.0)
    assert (await quick.message(settled["message"]))["content"] == "600"


async def test_a_token_edits_what_was_sent_with_it_and_nothing_else(quick: Place, silent: Bot) -> None:
    own, other = await begun(quick, silent), await begun(quick, silent)
    hooks = [f"/webhooks/{silent.application_id}/{each.token}" for each in (own, other)]
    for interaction in (own, other):
        await callback(quick, interaction, {"type": 4, "data": {"content": "question", "flags": 64}})
    _, follow_up = await quick.api("POST", hooks[0], {"content": "more", "flags": 64}, token=None)
    path = f"/messages/{follow_up['id']}"
    assert (await quick.api("PATCH", hooks[1] + path, {"content": "x"}, token=None))[1]["code"] == 10008
    assert (await quick.api("PATCH", hooks[0] + path, {"content": "x"}, token=None))[0] == 200


async def test_a_press_brings_a_token_for_the_message_with_the_button_and_its_files(quick: Place, silent: Bot) -> None:
    asked = await begun(quick, silent)
    row = {"type": 1, "components": [{"type": 2, "style": 2, "label": "Again", "custom_id": "again"}]}
    body = {"type": 4, "data": {"content": "short", "flags": 64 | 4, "components": [row]}}
    _, answer = await callback(quick, asked, body, "?with_response=true")
    message_id = answer["interaction"]["response_message_id"]
    press = {"user": "Ann", "message": message_id, "custom_id": "again"}
    await quick.control("POST", "components", press)
    pressed: library.Interaction = await silent.heard.next("interaction")
    await callback(quick, pressed, {"type": 6})
    data = {"id": silent.application_id, "type": 3, "token": pressed.token}
    webhook = library.Webhook.from_state(data, state=silent._connection)  # type: ignore[arg-type]  # noqa: SLF001

    async def edited(**changes: Any) -> dict[str, Any]:
        await webhook.edit_message("@original", **changes)  # type: ignore[call-overload]
        return await quick.message(message_id)

    long = await edited(content="long", attachments=[library.File(io.BytesIO(b"rest"), "answer.md")])
    assert (long["content"], [each["filename"] for each in long["attachments"]]) == ("long", ["answer.md"])
    assert (long["ephemeral_for"], long["flags"]) == (await quick.id_of("Ann"), 64 | 4)
    assert [each["filename"] for each in (await edited(content="same"))["attachments"]] == ["answer.md"]
    assert (await edited(content="short again", attachments=[]))["attachments"] == []

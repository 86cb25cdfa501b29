"""Personas that people set where they talk: forms, options and files, their history, and what the model is told."""

from contextlib import AsyncExitStack
from typing import Any

import pytest

from bots.playground.discord.world import DiscordWorld
from bots.service import serving as serving_parley
from core.configurations import Configurations
from core.people import WorkspaceRef, operator
from core.personas import Personas
from core.settings import Settings
from storage.database import Database
from storage.personas import PersonaFields
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.discord.parleys import WINDOW_S, another
from tests.journeys.discord.server import ANN, BEN, Server

PARLEY = pytest.mark.usefixtures("parley")
PIRATE = {"name": "Pirate", "instruction": "You are a pirate."}
PICTURE = {"filename": "hook.png", "base64": "iVBORw0KGgo=", "content_type": "image/png"}


async def asked(server: Server, model: Model, question: str = "hello", channel: str = "general") -> dict[str, Any]:
    """The request that the model gets when somebody asks now."""
    await model.will_say(f"Answer to {question}.", match=question)
    await server.say(BEN, f"@Parley {question}", channel=channel)
    await server.answer(f"Answer to {question}.", channel=channel, settled=True)
    return (await model.requests())[-1]


async def told(server: Server, subcommand: str, command: str = "persona", **options: Any) -> str:
    return await server.told(ANN, command, subcommand=subcommand, options=options)


def inputs(form: dict[str, Any]) -> dict[str, str]:
    """What a form shows, by the id of its fields."""
    return {field["component"]["custom_id"]: field["component"].get("value", "") for field in form["components"]}


@PARLEY
async def test_an_admin_sets_a_persona_in_a_form_and_the_next_request_holds_it(server: Server, model: Model) -> None:
    await server.command(ANN, "persona", subcommand="create", options={"name": "Pirate"})
    made = await server.submit(ANN, **{"part-1p": "You are a pirate.", "part-2p": "You love {channel}."})
    assert "is made" in await server.told_by(made)
    await told(server, "assign", name="Pirate")
    system = (await asked(server, model))["messages"][0]["content"]
    assert "You are a pirate.\n\nYou love general." in system or "You are a pirate.\n\nYou love #general." in system


@PARLEY
async def test_an_instruction_of_twenty_thousand_characters_comes_as_a_file(server: Server, model: Model) -> None:
    text = ("Sing of the sea and of ships. " * 700)[:20_000].strip()
    file = {"filename": "bard.txt", "text": text}
    assert "is made" in await told(server, "create", name="Bard", instruction_file=file)
    await told(server, "assign", name="Bard")
    assert text in (await asked(server, model))["messages"][0]["content"]


@PARLEY
async def test_a_long_instruction_is_edited_in_parts_and_a_file_takes_their_place(server: Server) -> None:
    text = "\n\n".join(f"Rule {number}: " + "be kind " * 60 for number in range(20)).replace(" \n", "\n").strip()
    await told(server, "create", name="Bard", instruction_file={"filename": "bard.txt", "text": text})
    await server.command(ANN, "persona", subcommand="edit", options={"name": "Bard"})
    shown = inputs(await server.form(ANN))
    parts = [value for name, value in shown.items() if name.startswith("part-") and value]
    assert len(parts) == 3
    assert "\n\n".join(parts) == text
    changed = await server.submit(ANN, **{"part-1p": "Rule 0: be brief."})
    assert "is changed" in await server.told_by(changed)
    await server.command(ANN, "persona", subcommand="edit", options={"name": "Bard"})
    await server.form(ANN)
    changed = await server.submit(ANN, file={"filename": "short.txt", "text": "Be brief."})
    assert "is changed" in await server.told_by(changed)
    assert await told(server, "show", name="Bard") == "Bard:\nBe brief."


@PARLEY
@pytest.mark.parametrize(
    "file",
    [
        {"filename": "long.txt", "text": "x" * 20_001},
        {"filename": "huge.txt", "text": "x" * 100_000},
        {"filename": "picture.png", "base64": "/9j/4AAQ"},
        {"filename": "empty.txt", "text": " "},
    ],
)
async def test_a_file_that_is_no_instruction_is_refused(server: Server, file: dict[str, str]) -> None:
    refused = await told(server, "create", name="Bard", instruction_file=file)
    assert "is made" not in refused
    assert await told(server, "list") == "There are no personas yet."


@PARLEY
async def test_every_fault_of_a_form_is_named_by_its_field_and_nothing_is_lost(server: Server) -> None:
    await told(server, "create", **PIRATE)
    await server.command(ANN, "persona", subcommand="create")
    refused = await server.submit(ANN, **{"name": "pirate", "part-1p": "You know {nothing}.", "part-2p": "At all."})
    answer = await server.answer_to(refused)
    assert answer["content"].splitlines()[0] == "**Name**: There is already a persona called 'pirate'."
    assert answer["content"].splitlines()[1].startswith("**Instruction**: ")
    await server.press(ANN, answer, "Open the form again")
    assert inputs(await server.form(ANN)) == {
        "name": "pirate",
        "part-1p": "You know {nothing}.",
        "part-2p": "At all.",
        "part-3p": "",
        "file": "",
    }
    made = await server.submit(ANN, **{"name": "Poet", "part-1p": "You know everything."})
    assert "is made" in await server.told_by(made)
    assert await told(server, "show", name="Poet") == "Poet:\nYou know everything.\n\nAt all."


async def test_a_form_that_was_open_while_parley_restarted_is_saved(server: Server, settings: Settings) -> None:
    await server.patch("/control/rules", identify_window_s=0.0)
    async with serving_parley(settings, frozenset({Platform.DISCORD})):
        await server.command(ANN, "persona", subcommand="create")
        await server.form(ANN)
    async with serving_parley(settings, frozenset({Platform.DISCORD})):
        assert "is made" in await server.told_by(await server.submit(ANN, "Pirate", "You are a pirate."))


async def test_what_was_refused_before_a_restart_is_in_the_file(server: Server, settings: Settings) -> None:
    await server.patch("/control/rules", identify_window_s=0.0)
    async with serving_parley(settings, frozenset({Platform.DISCORD})):
        await server.command(ANN, "persona", subcommand="create")
        refused = await server.answer_to(await server.submit(ANN, "Pirate", "You know {nothing}."))
    async with serving_parley(settings, frozenset({Platform.DISCORD})):
        assert "in the file above" in await server.told_by(await server.press(ANN, refused))
    assert refused["attachments"][0]["filename"] == "what-you-typed.txt"


@PARLEY
async def test_the_settings_of_a_persona_reach_the_request(server: Server, model: Model) -> None:
    await told(server, "create", **PIRATE, temperature=0.3, display_name="Captain Hook", tools="search, clock")
    await told(server, "assign", name="Pirate")
    assert (await asked(server, model))["temperature"] == 0.3
    assert "Temperature: 0.3" in await told(server, "show", name="Pirate")
    await told(server, "edit", name="Pirate", clear="temperature")
    assert "temperature" not in await asked(server, model, "again")
    shown = await told(server, "show", name="Pirate")
    assert shown.splitlines()[1] == "_Tools: search, clock · Shown name: Captain Hook_"


@PARLEY
async def test_the_settings_of_a_persona_are_set_in_a_form(server: Server, model: Model) -> None:
    await told(server, "create", **PIRATE)
    await told(server, "assign", name="Pirate")
    shown = await server.answer_to(await server.command(ANN, "persona", subcommand="show", options={"name": "Pirate"}))
    await server.press(ANN, shown, "Settings")
    saved = await server.submit(ANN, temperature="0,7", model="parley-playground", effort="low", display_name="Hook")
    assert "is changed" in await server.told_by(saved)
    request = await asked(server, model)
    assert (request["model"], request["temperature"]) == ("parley-playground", 0.7)
    await server.press(ANN, shown, "Settings")
    refused = await server.answer_to(await server.submit(ANN, temperature="hot"))
    assert refused["content"].startswith("**Temperature**: ")


@PARLEY
async def test_settings_without_an_instruction_say_what_is_missing(server: Server) -> None:
    assert "instruction" in await told(server, "create", name="Pirate", temperature=0.3)
    assert "no-such-model" in await told(server, "create", **PIRATE, model="no-such-model")


@PARLEY
@pytest.mark.parametrize("picture", [{"content_type": "text/plain"}, {"base64": "Tm90aGluZw=="}])
async def test_what_is_no_picture_is_refused(server: Server, picture: dict[str, str]) -> None:
    refused = await told(server, "create", **PIRATE, icon={**PICTURE, **picture})
    assert "picture" in refused
    assert await told(server, "list") == "There are no personas yet."


@PARLEY
async def test_a_picture_that_is_attached_gets_a_lasting_address(server: Server, world: DiscordWorld) -> None:
    await told(server, "create", **PIRATE, icon=PICTURE)
    assert f"https://cdn.discordapp.com/emojis/{next(iter(world.emojis))}" in await told(server, "show", name="Pirate")


@PARLEY
async def test_a_persona_can_be_made_again_what_it_was(server: Server, model: Model) -> None:
    await told(server, "create", **PIRATE)
    await told(server, "edit", name="Pirate", instruction="You are a captain.")
    await told(server, "rename", name="Pirate", to="Captain")
    listed = (await told(server, "history", name="Captain")).splitlines()
    assert ["persona.rename" in listed[0], "persona.edit" in listed[1], "persona.create" in listed[2]] == [True] * 3
    assert "**Ann**" in listed[0]
    first = int(listed[2].split("`")[1])
    assert "You are a pirate." in await told(server, "history", name="Captain", change=first)
    body = {"user": ANN, "channel": "general", "command": "persona", "subcommand": "restore"}
    offered = await server.post("/control/autocomplete", option="change", options={"name": "Captain"}, **body)
    assert [choice["value"] for choice in offered["choices"]] == [int(line.split("`")[1]) for line in listed]
    assert "is restored" in await told(server, "restore", name="Captain", change=first)
    assert "speaks as" in await told(server, "assign", name="Captain")
    assert "You are a pirate." in (await asked(server, model))["messages"][0]["content"]


@PARLEY
async def test_starters_are_listed_and_added(server: Server) -> None:
    listed = await told(server, "starters")
    name = listed.split("**")[1]
    assert "is made" in await told(server, "starters", add=name)
    assert name in await told(server, "list")


@PARLEY
async def test_the_prompt_has_a_history_too(server: Server) -> None:
    await told(server, "set", "prompt", text="Always answer in verse.")
    await told(server, "set", "prompt", file={"filename": "prompt.txt", "text": "Always answer in prose."})
    shown = await server.answer_to(await server.command(ANN, "prompt", subcommand="show"))
    assert shown["content"] == "Always answer in prose."
    await server.press(ANN, shown, "Edit")
    assert inputs(await server.form(ANN))["part-1p"] == "Always answer in prose."
    first = int((await told(server, "history", "prompt")).splitlines()[-1].split("`")[1])
    assert "is restored" in await told(server, "restore", "prompt", change=first)
    assert await told(server, "show", "prompt") == "Always answer in verse."


@PARLEY
async def test_the_topic_of_a_channel_is_a_template(server: Server, model: Model) -> None:
    await told(server, "create", name="Guide", instruction="Here it is about: {topic}. It is {timezone} time.")
    await told(server, "assign", name="Guide")
    await server.told(ANN, "timezone", options={"zone": "europe/brussels"})
    await server.patch(f"/control/channels/{await server.channel_id('general')}", topic="Sailing")
    system = (await asked(server, model))["messages"][0]["content"]
    assert "Here it is about: Sailing. It is Europe/Brussels time." in system


@PARLEY
async def test_a_model_is_chosen_for_the_server_and_for_a_channel(server: Server, model: Model) -> None:
    assert "Here `parley-playground` answers." in await told(server, "show", "model")
    assert "no-such-model" in await told(server, "set", "model", model="no-such-model")
    assert "The model is" in await told(server, "set", "model", model="parley-playground")
    assert "#general answers with" in await told(server, "set", "model", model="parley-playground", where="channel")
    assert "#general has `parley-playground`." in await told(server, "show", "model")
    assert "workspace's model" in await told(server, "clear", "model", where="channel")
    body = {"user": ANN, "channel": "general", "command": "model", "subcommand": "set"}
    offered = await server.post("/control/autocomplete", option="model", value="PARLEY", **body)
    assert [choice["value"] for choice in offered["choices"]] == ["parley-playground"]


@PARLEY
async def test_what_is_offered_while_typing_is_there_within_a_second(server: Server) -> None:
    body = {"user": BEN, "channel": "general", "command": "timezone"}

    async def offered() -> list[str]:
        found = await server.post("/control/autocomplete", option="zone", value="bruss", **body)
        return [choice["value"] for choice in found["choices"]]

    await server.patch("/control/rules", ack_deadline_s=1.0)
    assert await until(offered) == ["Europe/Brussels"]


@PARLEY
async def test_a_thread_speaks_as_its_channel_does_and_is_assigned_with_it(server: Server, model: Model) -> None:
    await told(server, "create", **PIRATE)
    start = await server.say(BEN, "The build is red.")
    body = {"user": BEN, "channel": "general", "message": start, "name": "Build"}
    thread = (await server.post("/control/threads", **body))["id"]
    said = await server.told(ANN, "persona", thread, subcommand="assign", options={"name": "Pirate"})
    assert said == "#general speaks as 'Pirate' from the next message on."
    for channel in (thread, "general"):
        system = (await asked(server, model, f"ahoy in {channel}", channel))["messages"][0]["content"]
        assert "You are a pirate." in system


@PARLEY
async def test_in_direct_messages_everything_is_a_persons_own(server: Server, model: Model) -> None:
    options = {"name": "Tutor", "instruction": "You are a tutor."}
    assert "is made" in await server.told(BEN, "persona", "dm:Ben", subcommand="create", options=options)
    await server.told(BEN, "persona", "dm:Ben", subcommand="assign", options={"name": "Tutor"})
    assert "You are a tutor." in (await asked(server, model, channel="dm:Ben"))["messages"][0]["content"]
    assert await told(server, "list") == "There are no personas yet."


@PARLEY
async def test_status_names_the_model_and_the_persona_of_the_channel(server: Server) -> None:
    await told(server, "create", **PIRATE, model="parley-playground")
    await told(server, "assign", name="Pirate")
    status = await server.told(ANN, "status")
    assert "The model is `parley-playground`." in status
    assert "Persona: Pirate." in status


async def test_what_another_process_changes_is_in_the_next_request(
    server: Server, model: Model, settings: Settings
) -> None:
    await server.patch("/control/rules", identify_window_s=WINDOW_S / 2)
    guild = (await server.state())["guild"]["id"]
    by = operator(WorkspaceRef(Platform.DISCORD, guild))
    async with another(settings) as here, AsyncExitStack() as stack:
        database = await Database.open(settings.database_url)
        stack.push_async_callback(database.close)
        elsewhere = Personas(database, Configurations(database))
        await here.parts.personas.create(by, PersonaFields(name="Pirate", instruction="You are a pirate."))
        await told(server, "assign", name="Pirate")
        assert "You are a pirate." in (await asked(server, model, "one"))["messages"][0]["content"]
        await elsewhere.edit(by, "Pirate", {"instruction": "You are a captain."})
        assert "You are a captain." in (await asked(server, model, "two"))["messages"][0]["content"]

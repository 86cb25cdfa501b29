import asyncio

import pytest

from bots.playground.discord.permissions import Permission
from bots.service import Service
from bots.service import serving as serving_parley
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.discord.server import ANN, BEN, CHLOE, Server

PARLEY = pytest.mark.usefixtures("parley")


@PARLEY
async def test_ask_quotes_the_question_and_is_answered_by_a_reply_to_it(server: Server, model: Model) -> None:
    await model.will_say("Ottawa.")
    options = {"question": "what is the capital of Canada, @everyone?"}
    interaction = await server.command(ANN, "ask", options=options)
    assert interaction["state"] == "acknowledged"
    answer = await server.answer("Ottawa.")
    question = next(message for message in await server.own() if message["id"] == interaction["message"])
    assert question["content"] == "**Ann asked:** what is the capital of Canada, @everyone?"
    assert answer["reference"]["message_id"] == question["id"]
    assert (await server.state())["pings"] == []
    await model.will_say("A million.")
    await server.say(BEN, "How many people?", reply_to=answer["id"])
    await server.answer("A million.")
    assert [turn["content"] for turn in (await model.messages())[1:]] == [
        "Ann: what is the capital of Canada, @everyone?",
        "Ottawa.",
        "Ben: How many people?",
    ]


@PARLEY
async def test_ask_is_answered_when_nobody_hears_that_it_was_acknowledged(server: Server, model: Model) -> None:
    await server.fault("POST /interactions/{interaction}/{token}/callback", "lose")
    await model.will_say("Ottawa.")
    await server.command(ANN, "ask", options={"question": "what is the capital of Canada?"})
    await server.answer("Ottawa.")


@PARLEY
async def test_ask_in_a_thread_belongs_to_the_thread(server: Server, model: Model) -> None:
    start = await server.say(BEN, "The build is red.")
    thread = (await server.post("/control/threads", user=BEN, channel="general", message=start, name="Build"))["id"]
    await model.will_say("Look at the log.")
    await server.command(ANN, "ask", channel=thread, options={"question": "what now?"})
    await server.answer("Look at the log.", channel=thread)
    assert (await model.messages())[-1]["content"] == "Ben: The build is red.\n\nAnn: what now?"
    await model.will_say("Gladly.")
    await server.say(BEN, "Thanks.", channel=thread)
    await server.answer("Gladly.", channel=thread)


@PARLEY
async def test_ask_works_in_direct_messages(server: Server, model: Model) -> None:
    await model.will_say("Between us.")
    await server.command(ANN, "ask", channel="dm:Ann", options={"question": "hello"})
    await server.answer("Between us.", channel="dm:Ann")


@PARLEY
async def test_a_very_long_question_is_asked_whole(server: Server, model: Model) -> None:
    await model.will_say("Long.")
    await server.command(ANN, "ask", options={"question": "why " * 1_400})
    await server.answer("Long.")
    assert len((await server.own())[0]["content"]) == 2_000
    assert (await model.messages())[-1]["content"] == f"Ann: {'why ' * 1_400}".strip()


@PARLEY
async def test_fifty_at_once_are_acknowledged_in_time_while_the_model_is_slow(server: Server, model: Model) -> None:
    await model.will_say("Done.", first_token_s=1.0, times=16)
    channels = ("general", "random", "support", "announcements")
    people = (ANN, BEN, CHLOE)
    asked = [server.command(people[n % 3], "ask", channels[n % 4], options={"question": f"{n}?"}) for n in range(16)]
    listed = [server.command(ANN, "persona", channels[n % 4], subcommand="list") for n in range(34)]
    interactions = await asyncio.gather(*asked, *listed)
    assert {one["state"] for one in interactions} == {"acknowledged"}
    requests = (await model.get("/control/requests"))["requests"]
    assert [request for request in requests if request["ended"]] == []

    async def answered() -> bool:
        own = [message for channel in channels for message in await server.own(channel)]
        return len([message for message in own if message["content"] == "Done."]) == 16

    await until(answered)


@PARLEY
async def test_a_persona_speaks_from_the_next_message_on(server: Server, model: Model) -> None:
    options = {"name": "Pirate", "instruction": "You are a pirate."}
    told = await server.told(ANN, "persona", subcommand="create", options=options)
    assert told == "The persona 'Pirate' is made. Assign it to a channel to let it speak."
    assert await server.told(ANN, "persona", subcommand="assign", options={"name": "pirate"}) == (
        "#general speaks as 'Pirate' from the next message on."
    )
    await model.will_say("Arr.")
    await server.say(BEN, "@Parley who are you?")
    await server.answer("Arr.")
    assert "You are a pirate." in (await model.messages())[0]["content"]
    assert "Pirate (in #general)" in await server.told(ANN, "persona", subcommand="list")
    assert await server.told(BEN, "persona", subcommand="list") == "• Pirate"
    await server.told(ANN, "persona", subcommand="clear")
    await model.will_say("Parley.")
    await server.say(BEN, "@Parley and now?")
    await server.answer("Parley.")
    assert "pirate" not in (await model.messages())[0]["content"]
    assert await server.told(ANN, "persona", subcommand="delete", options={"name": "Pirate"}) == (
        "The persona 'Pirate' is deleted."
    )


@PARLEY
async def test_a_persona_is_made_with_a_form_and_changed_by_its_button(server: Server, model: Model) -> None:
    await server.command(ANN, "persona", subcommand="create")
    made = await server.submit(ANN, "Pirate", "You are a pirate.\nSpeak like one.")
    assert "is made" in await server.told_by(made)
    shown = await server.answer_to(await server.command(ANN, "persona", subcommand="show", options={"name": "Pirate"}))
    assert shown["content"] == "Pirate:\nYou are a pirate.\nSpeak like one."
    await server.press(ANN, shown)
    form = await server.form(ANN)
    assert [field["component"].get("value", "") for field in form["components"][:3]] == [
        "Pirate",
        "You are a pirate.\nSpeak like one.",
        "",
    ]
    assert "is changed" in await server.told_by(await server.submit(ANN, "Pirate", "You are a captain."))
    assert "captain" in await server.told(ANN, "persona", subcommand="show", options={"name": "Pirate"})


@PARLEY
async def test_what_a_form_refuses_is_sent_back_with_the_text(server: Server) -> None:
    options = {"name": "Pirate", "instruction": "You are a pirate."}
    await server.told(ANN, "persona", subcommand="create", options=options)
    await server.command(ANN, "persona", subcommand="create")
    refused = await server.answer_to(await server.submit(ANN, "pirate", "Written with much love."))
    assert refused["content"] == "**Name**: There is already a persona called 'pirate'."
    assert refused["attachments"][0]["size"] == len("pirate\n\nWritten with much love.")
    await server.press(ANN, refused, "Open the form again")
    form = await server.form(ANN)
    values = [field["component"].get("value", "") for field in form["components"][:3]]
    assert values == ["pirate", "Written with much love.", ""]
    assert "is made" in await server.told_by(await server.submit(ANN, "Poet"))
    assert "Written with much love." in await server.told(ANN, "persona", subcommand="show", options={"name": "Poet"})


@PARLEY
async def test_names_are_offered_while_they_are_typed(server: Server) -> None:
    for name in ("Pirate", "Poet", "Clerk"):
        await server.told(ANN, "persona", subcommand="create", options={"name": name, "instruction": "Be one."})
    body = {"user": ANN, "channel": "general", "command": "persona", "subcommand": "show"}
    offered = await server.post("/control/autocomplete", option="name", value="P", **body)
    assert [choice["value"] for choice in offered["choices"]] == ["Pirate", "Poet"]


@PARLEY
async def test_the_prompt_of_a_server_applies_from_the_next_message_on(server: Server, model: Model) -> None:
    assert "No workspace prompt is set" in await server.told(ANN, "prompt", subcommand="show")
    await server.command(ANN, "prompt", subcommand="set")
    await server.told_by(await server.submit(ANN, "Always answer in verse."))
    await model.will_say("A verse.")
    await server.say(BEN, "@Parley hello")
    await server.answer("A verse.")
    assert "Always answer in verse." in (await model.messages())[0]["content"]
    await server.told(ANN, "prompt", subcommand="clear")
    assert "No workspace prompt is set" in await server.told(ANN, "prompt", subcommand="show")


@PARLEY
async def test_help_says_what_there_is(server: Server) -> None:
    assert "/persona create" in await server.told(BEN, "help")


async def test_buttons_outlive_a_restart_and_unchanged_commands_are_not_registered_again(
    server: Server, settings: Settings
) -> None:
    await server.patch("/control/rules", identify_window_s=0.0)
    async with serving_parley(settings, frozenset({Platform.DISCORD})):
        options = {"name": "Pirate", "instruction": "You are a pirate."}
        await server.told(ANN, "persona", subcommand="create", options=options)
        shown = await server.answer_to(
            await server.command(ANN, "persona", subcommand="show", options={"name": "Pirate"})
        )
    async with serving_parley(settings, frozenset({Platform.DISCORD})):
        await server.press(ANN, shown)
        assert (await server.form(ANN))["title"] == "Persona"
    assert len(await server.calls("PUT /applications/{application}/commands")) == 1


async def test_commands_are_known_before_parley_is_ready(server: Server, parley: Service) -> None:
    listed = {one["name"]: one for one in (await server.get("/control/commands"))["commands"]}
    names = [
        "Ask Parley about this",
        "Why this answer?",
        "access",
        "ask",
        "audit",
        "cap",
        "endpoint",
        "forget",
        "help",
        "listen",
        "model",
        "new",
        "persona",
        "prompt",
        "regenerate",
        "retention",
        "schedule",
        "status",
        "stop",
        "summaries",
        "timezone",
        "tools",
        "usage",
        "use",
        "why",
    ]
    assert sorted(listed) == names
    for administrative in ("access", "audit", "endpoint"):
        assert listed[administrative]["default_member_permissions"] == str(int(Permission.MANAGE_GUILD))
    for checked_when_used in ("persona", "prompt", "model", "timezone", "summaries"):
        assert listed[checked_when_used]["default_member_permissions"] is None
    assert listed["listen"]["default_member_permissions"] == str(int(Permission.MANAGE_CHANNELS))
    assert listed["stop"]["contexts"] == [0, 1]
    assert listed["stop"]["integration_types"] == [0]
    for everywhere in ("ask", "help", "Ask Parley about this"):
        assert listed[everywhere]["contexts"] == [0, 1, 2]
        assert listed[everywhere]["integration_types"] == [0, 1]
    assert await parley.connected() == {Platform.DISCORD: True}


@pytest.mark.parametrize("operation", ["GET /applications/{application}/commands", "GET /gateway/bot"])
async def test_mentions_are_answered_where_commands_and_shards_are_not_served(
    server: Server, model: Model, settings: Settings, operation: str
) -> None:
    await server.fault(operation, "status", status=404, body='{"message": "404: Not Found", "code": 0}')
    async with serving_parley(settings, frozenset({Platform.DISCORD})):
        await model.will_say("All the same.")
        await server.say(ANN, "@Parley are you there?")
        await server.answer("All the same.")

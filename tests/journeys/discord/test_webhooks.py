from typing import Any

import pytest

from bots.playground.discord.permissions import Permission
from bots.playground.discord.world import DiscordWorld
from bots.service import Service
from core.settings import Settings
from tests.journeys.control import Model, until
from tests.journeys.discord.server import ANN, BEN, Server, labels

LIST = "GET /channels/{channel}/webhooks"
MAKE = "POST /channels/{channel}/webhooks"
EXECUTE = "POST /webhooks/{webhook}/{token}"
CHANGE = "PATCH /webhooks/{webhook}/{token}/messages/{message}"
PLAIN = "POST /channels/{channel}/messages"
TEXT = " ".join(f"word{number}" for number in range(40))


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"discord_webhooks": "on"})


@pytest.fixture
async def pirate(server: Server, parley: Service) -> None:
    await persona(server, "Captain Hook")


async def persona(server: Server, name: str, channel: str = "general") -> None:
    await server.told(
        ANN, "persona", channel, subcommand="create", options={"name": name, "instruction": "You are a pirate."}
    )
    await server.told(ANN, "persona", channel, subcommand="assign", options={"name": name})


@pytest.mark.usefixtures("parley")
async def test_a_persona_has_the_name_and_the_picture_that_were_chosen_for_it(server: Server, model: Model) -> None:
    picture = "https://pictures.example/hook.png"
    options = {
        "name": "Pirate",
        "instruction": "You are a pirate.",
        "display_name": "Captain Hook",
        "icon_url": picture,
    }
    await server.told(ANN, "persona", subcommand="create", options=options)
    await server.told(ANN, "persona", subcommand="assign", options={"name": "Pirate"})
    await model.will_say("Arr.")
    await server.say(BEN, "@Parley who are you?")
    assert (await spoken(server, "Arr."))["author"]["avatar_url"] == picture


@pytest.mark.usefixtures("parley")
async def test_a_picture_that_discord_refuses_is_left_out(server: Server, model: Model) -> None:
    shown = {"icon_url": "https://pictures.example/hook.png"}
    options = {"name": "Captain Hook", "instruction": "You are a pirate.", **shown}
    await server.told(ANN, "persona", subcommand="create", options=options)
    await server.told(ANN, "persona", subcommand="assign", options={"name": "Captain Hook"})
    await server.fault(EXECUTE, "status", status=400, body='{"code": 50035, "message": "Invalid Form Body"}')
    await model.will_say("Arr.")
    await server.say(BEN, "@Parley who are you?")
    assert (await spoken(server, "Arr."))["author"]["avatar_url"] is None


async def spoken(server: Server, text: str, channel: str = "general", name: str = "Captain Hook") -> dict[str, Any]:
    """The persona's message with this text, once it can be asked for another version."""

    async def look() -> dict[str, Any] | None:
        listed = await server.messages(channel)
        fit = (one for one in listed if one["author"]["name"] == name and one["content"] == text)
        return next((one for one in fit if "Regenerate" in labels(one)), None)

    return await until(look)


@pytest.mark.usefixtures("pirate")
async def test_a_persona_answers_under_its_own_name_in_a_message_that_grows(server: Server, model: Model) -> None:
    await model.will_say(TEXT, tokens_per_s=80)
    await server.say(BEN, "@Parley count")
    answer = await spoken(server, TEXT)
    assert answer["author"]["webhook"]
    assert answer["edits"] >= 1
    assert answer["pings"] == []
    assert await server.own() == []


@pytest.mark.usefixtures("pirate")
async def test_one_webhook_of_a_channel_is_used_again(server: Server, model: Model) -> None:
    for number in range(3):
        await model.will_say(f"Aye {number}.")
        await server.say(BEN, f"@Parley ahoy {number}")
        await spoken(server, f"Aye {number}.")
    assert len(await server.calls(MAKE)) == 1


@pytest.mark.usefixtures("pirate")
async def test_a_reply_to_a_persona_goes_on_with_its_conversation(server: Server, model: Model) -> None:
    await model.will_say("Arr, Ottawa.")
    await server.say(ANN, "@Parley what is the capital of Canada?")
    answer = await spoken(server, "Arr, Ottawa.")
    await server.told(ANN, "listen", options={"to": "mention"})
    await model.will_say("A million souls.")
    await server.say(BEN, "How many people?", reply_to=answer["id"])
    await spoken(server, "A million souls.")
    turns = (await model.messages())[1:]
    assert [turn["role"] for turn in turns] == ["user", "assistant", "user"]
    assert turns[1]["content"] == "Arr, Ottawa."


@pytest.mark.usefixtures("pirate")
async def test_what_a_persona_said_in_a_thread_is_parleys_own_turn(server: Server, model: Model) -> None:
    start = await server.say(BEN, "The ship is red.")
    thread = (await server.post("/control/threads", user=BEN, channel="general", message=start, name="Ship"))["id"]
    await model.will_say("Paint it.")
    await server.say(ANN, "@Parley what now?", channel=thread)
    answer = await spoken(server, "Paint it.", channel=thread)
    assert answer["author"]["webhook"]
    await model.will_say("Blue.")
    await server.say(BEN, "Which colour?", channel=thread)
    await spoken(server, "Blue.", channel=thread)
    assert [turn["role"] for turn in (await model.messages())[1:]] == ["user", "assistant", "user"]


@pytest.mark.usefixtures("pirate")
@pytest.mark.parametrize("kind", ["lose", "drop", "status"])
async def test_an_answer_whose_post_is_lost_is_there_once(server: Server, model: Model, kind: str) -> None:
    await server.fault(EXECUTE, kind, **({"status": 502, "body": "{}"} if kind == "status" else {}))
    await model.will_say(TEXT, tokens_per_s=80)
    await server.say(BEN, "@Parley count")
    await spoken(server, TEXT)
    said = [one for one in await server.messages() if one["author"]["name"] == "Captain Hook"]
    assert [one["content"] for one in said] == [TEXT]


@pytest.mark.usefixtures("pirate")
async def test_an_answer_whose_post_and_then_its_edit_is_lost_is_there_once(server: Server, model: Model) -> None:
    await server.fault(EXECUTE, "lose")
    await server.fault(CHANGE, "lose")
    await model.will_say(TEXT, tokens_per_s=80)
    await server.say(BEN, "@Parley count")
    await until(lambda: _settled(server))
    said = [one for one in await server.messages() if one["author"]["name"] == "Captain Hook"]
    assert [one["content"] for one in said] == [TEXT]


async def _settled(server: Server) -> bool:
    return any("Regenerate" in labels(one) for one in await server.messages())


@pytest.mark.usefixtures("pirate")
async def test_a_persona_can_be_asked_for_another_version(server: Server, model: Model) -> None:
    await model.will_say("Arr.")
    await server.say(BEN, "@Parley hello")
    answer = await spoken(server, "Arr.")
    await model.will_say("Ahoy.")
    await server.press(BEN, answer, "Regenerate")
    again = await spoken(server, "Ahoy.")
    assert again["id"] == answer["id"]


async def test_without_manage_webhooks_the_answer_comes_plainly_and_is_not_asked_for_again(
    server: Server, model: Model, parley: Service, world: DiscordWorld
) -> None:
    guild = next(iter(world.guilds.values()))
    for role in guild.roles.values():
        role.permissions &= ~int(Permission.MANAGE_WEBHOOKS)
    await persona(server, "Captain Hook")
    for number in range(2):
        await model.will_say(f"Plain {number}.")
        await server.say(BEN, f"@Parley hello {number}")
        await server.answer(f"Plain {number}.", settled=True)
    refused = [call for call in (await server.get("/control/calls"))["calls"] if call["status"] == 403]
    assert len(refused) == 1


@pytest.mark.usefixtures("parley")
async def test_a_forbidden_name_is_replaced_by_parleys(server: Server, model: Model) -> None:
    await persona(server, "Clyde of Discord")
    await model.will_say("Hello.")
    await server.say(BEN, "@Parley hello")
    assert (await spoken(server, "Hello.", name="Parley"))["author"]["webhook"]


@pytest.mark.usefixtures("pirate")
async def test_a_webhook_that_somebody_deleted_is_made_anew(server: Server, model: Model, world: DiscordWorld) -> None:
    await model.will_say("One.")
    await server.say(BEN, "@Parley one")
    await spoken(server, "One.")
    world.webhooks.clear()
    await model.will_say("Two.")
    await server.say(BEN, "@Parley two")
    await server.answer("Two.", settled=True)
    await model.will_say("Three.")
    await server.say(BEN, "@Parley three")
    await spoken(server, "Three.")


@pytest.mark.usefixtures("pirate")
async def test_an_answer_goes_on_in_another_message_when_its_webhook_is_deleted(
    server: Server, model: Model, world: DiscordWorld
) -> None:
    await model.will_say(TEXT, hold=True, hold_after=30)
    await server.say(BEN, "@Parley count")

    async def shown() -> bool:
        return any(one["author"]["name"] == "Captain Hook" for one in await server.messages())

    await until(shown)
    world.webhooks.clear()
    await model.post("/control/release")
    whole = await spoken(server, TEXT)
    world.webhooks.clear()
    await model.will_say("Once more.")
    await server.press(BEN, whole, "Regenerate")
    await until(lambda: any_settled(server, "Once more."))


async def any_settled(server: Server, text: str) -> bool:
    """Whether somebody's message with this text can be asked for another version."""
    return any(one["content"] == text and "Regenerate" in labels(one) for one in await server.messages())


@pytest.mark.usefixtures("parley")
async def test_without_a_persona_and_in_direct_messages_parley_answers_as_itself(server: Server, model: Model) -> None:
    await model.will_say("Hello.")
    await server.say(BEN, "@Parley hello", channel="random")
    await server.answer("Hello.", channel="random", settled=True)
    await model.will_say("In private.")
    await server.say(BEN, "hello", channel="dm:Ben")
    await server.answer("In private.", channel="dm:Ben", settled=True)
    assert await server.calls(MAKE) == []
    assert await server.calls(EXECUTE) == []


@pytest.mark.usefixtures("pirate")
async def test_a_persona_pings_nobody(server: Server, model: Model) -> None:
    everybody = f"@everyone @here <@{(await server.state())['members'][0]['id']}>"
    await model.will_say(f"{everybody} {TEXT} {everybody}", tokens_per_s=80)
    await server.say(BEN, "@Parley shout")
    answer = await spoken(server, f"{everybody} {TEXT} {everybody}")
    assert answer["pings"] == []
    assert answer["mentions"] == []


@pytest.mark.usefixtures("pirate")
async def test_a_webhook_that_takes_long_to_make_keeps_no_other_channel_waiting(server: Server, model: Model) -> None:
    await model.will_say("First.")
    await server.say(BEN, "@Parley hello")
    await spoken(server, "First.")
    await server.told(ANN, "persona", "random", subcommand="assign", options={"name": "Captain Hook"})
    await server.fault(MAKE, "slow", delay_s=1.5)
    await model.will_say("Slow.", match="slow")
    await model.will_say("Quick.", match="quick")
    await server.say(BEN, "@Parley slow", channel="random")

    async def is_being_made() -> bool:
        return len(await server.calls(LIST)) > 1

    await until(is_being_made)
    await server.say(BEN, "@Parley quick")
    await spoken(server, "Quick.")
    assert not [one for one in await server.messages("random") if one["content"] == "Slow."]
    await spoken(server, "Slow.", channel="random")

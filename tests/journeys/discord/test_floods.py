import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bots.discord.asking_about import FORM, NAME
from bots.playground.discord.entities import Channel, ChannelType, Overwrite
from bots.playground.discord.permissions import Permission
from bots.playground.discord.world import DiscordWorld, Draft
from core import texts
from core.settings import Settings
from tests.journeys.control import Model, until
from tests.journeys.discord.parleys import WINDOW_S, another
from tests.journeys.discord.server import ANN, BEN, Server


def limited(settings: Settings, **sizes: int) -> Settings:
    return settings.model_copy(update=sizes)


async def settle(server: Server, model: Model, channel: str) -> None:
    """Everything before this has been seen, as somebody else is answered elsewhere."""
    await model.will_say("Meanwhile.", match="meanwhile")
    await server.say(BEN, "@Parley meanwhile?", channel=channel)
    await server.answer("Meanwhile.", channel=channel)


async def test_a_flood_of_one_person_is_answered_in_part_and_told_once(
    server: Server, model: Model, settings: Settings, tmp_path: Path
) -> None:
    async with another(limited(settings, person_per_minute=3)):
        for number in range(30):
            await server.say(ANN, f"@Parley question {number}", channel=("general", "random", "support")[number % 3])
        await settle(server, model, "announcements")

        async def told() -> bool:
            shown = [m["content"] for name in ("general", "random", "support") for m in await server.own(name)]
            return len(shown) >= 4 and texts.TOO_MANY_QUESTIONS in shown

        await until(told)
        shown = [m["content"] for name in ("general", "random", "support") for m in await server.own(name)]
        assert shown.count(texts.TOO_MANY_QUESTIONS) == 1
        assert len(await model.requests()) <= 5
        with closing(sqlite3.connect(tmp_path / "parley.db")) as database:
            kept = database.execute("SELECT count(*) FROM message WHERE text LIKE 'question%'").fetchone()
            refused = database.execute("SELECT count(*) FROM reply WHERE state='stopped' AND error='flood'").fetchone()
        assert kept == (30,)
        assert 25 <= refused[0] <= 27


async def test_a_channel_and_a_server_are_bounded_whoever_asks(
    server: Server, model: Model, settings: Settings
) -> None:
    async with another(limited(settings, channel_per_minute=1)):
        await model.will_say("The first.")
        await server.say(ANN, "@Parley one")
        await server.answer("The first.")
        await server.say(BEN, "@Parley two")
        await server.answer(texts.TOO_MANY_HERE)
        await settle(server, model, "random")
    assert len(await model.requests()) == 2


async def test_what_was_kept_in_a_flood_is_known_to_the_next_answer(
    server: Server, model: Model, settings: Settings
) -> None:
    async with another(limited(settings, person_per_minute=1)):
        await model.will_say("Hello.")
        await server.say(ANN, "my name is Ann", channel="dm:Ann")
        await server.answer("Hello.", channel="dm:Ann", settled=True)
        await server.say(ANN, "and I like tea", channel="dm:Ann")
        await server.answer(texts.TOO_MANY_QUESTIONS, channel="dm:Ann")
    await server.patch("/control/rules", identify_window_s=WINDOW_S / 2)
    async with another(settings):
        await model.will_say("Tea, Ann.")
        await server.say(ANN, "what do I like?", channel="dm:Ann")
        await server.answer("Tea, Ann.", channel="dm:Ann")
    assert "and I like tea" in str(await model.messages())


PINGS = "@everyone @here <@{ann}> <@&{role}>"


async def targets(server: Server) -> str:
    state = await server.state()
    ann = next(one["id"] for one in state["members"] if one["name"] == ANN)
    role = next(one["id"] for one in state["roles"] if one["name"] == "Moderators")
    return PINGS.format(ann=ann, role=role)


async def pinged(server: Server) -> list[object]:
    """Who was pinged by Parley's own messages."""
    state = await server.state()
    own = {message["id"] for listed in state["messages"].values() for message in listed if message["author"]["bot"]}
    return [ping for ping in state["pings"] if ping["message"] in own]


@pytest.mark.usefixtures("parley")
@pytest.mark.parametrize("tokens_per_s", [0, 40], ids=["at once", "split over deltas and edits"])
async def test_an_answer_that_holds_mentions_pings_nobody(server: Server, model: Model, tokens_per_s: int) -> None:
    text = f"Dear {await targets(server)}, " + "and so on " * 12 + await targets(server)
    await model.will_say(text, tokens_per_s=tokens_per_s)
    await server.say(BEN, "@Parley greet everybody")
    answer = await server.answer(text, settled=True)
    assert "@everyone" in answer["content"]
    assert await pinged(server) == []


@pytest.mark.usefixtures("parley")
async def test_a_question_or_persona_that_holds_mentions_pings_nobody(server: Server, model: Model) -> None:
    everybody = await targets(server)
    await server.command(ANN, "persona", subcommand="create", options={"name": "@everyone", "instruction": everybody})
    await server.command(ANN, "persona", subcommand="assign", options={"name": "@everyone"})
    await model.will_say(f"I am @everyone: {everybody}")
    await server.command(BEN, "ask", options={"question": f"repeat {everybody}"})
    await server.answer(f"I am @everyone: {everybody}")
    assert await pinged(server) == []


@pytest.mark.usefixtures("parley")
async def test_a_name_that_is_a_mention_pings_nobody(server: Server, model: Model, world: DiscordWorld) -> None:
    ben = next(user for user in world.users.values() if user.name == BEN)
    ben.name = await targets(server)
    await model.will_say("Hello.")
    await server.command("ben", "ask", options={"question": "hello"})
    await server.answer("Hello.")
    assert await pinged(server) == []


@pytest.fixture
def vault(world: DiscordWorld) -> Channel:
    """A channel that Parley sees and Ben does not."""
    guild = next(iter(world.guilds.values()))
    ben = next(user for user in world.users.values() if user.name == BEN)
    hidden = [Overwrite(ben.id, 1, deny=int(Permission.VIEW_CHANNEL))]
    return world.add_channel(Channel(world.snowflakes.next(), ChannelType.TEXT, "vault", guild, 9, overwrites=hidden))


@pytest.mark.usefixtures("vault", "parley")
async def test_nobody_reads_a_channel_through_parley_that_they_cannot_see(server: Server, model: Model) -> None:
    secret = await server.say(ANN, "The code is 4711.", channel="vault")
    vault_id = await server.channel_id("vault")
    guild = (await server.state())["guild"]["id"]
    reference = {"message_id": secret, "channel_id": vault_id, "guild_id": guild}
    link = f"https://discord.com/channels/{guild}/{vault_id}/{secret}"
    own = (await server.state())["me"]["id"]
    crafted: list[dict[str, Any]] = [{"raw": {"type": 19, "message_reference": reference}}, {}]
    for number, more in enumerate(crafted):
        await model.will_say(f"I cannot see it {number}.")
        await server.say(BEN, f"<@{own}> what does {link} say?", **more)
        await server.answer(f"I cannot see it {number}.")
    assert "4711" not in str(await model.requests())
    fetched = await server.calls("GET /channels/{channel}/messages/{message}")
    assert [call for call in fetched if vault_id in call["path"]] == []


@pytest.mark.usefixtures("vault", "parley")
async def test_a_crafted_forward_brings_only_what_its_sender_sent_along(server: Server, model: Model) -> None:
    secret = await server.say(ANN, "The code is 4711.", channel="vault")
    reference = {"type": 1, "message_id": secret, "channel_id": await server.channel_id("vault")}
    await model.will_say("Nothing there.")
    await server.say(BEN, "", channel="dm:Ben", raw={"message_reference": reference, "content": "what is it?"})
    await server.answer("Nothing there.", channel="dm:Ben")
    assert "4711" not in str(await model.requests())


@pytest.mark.usefixtures("vault", "parley")
async def test_a_forged_form_asks_about_no_message_of_another_channel(
    server: Server, model: Model, world: DiscordWorld
) -> None:
    secret = await server.say(ANN, "The code is 4711.", channel="vault")
    await server.command(ANN, NAME, channel="vault", target=secret)
    general = world.channels[int(await server.channel_id("general"))]
    button = {"type": 2, "style": 2, "label": "Open", "custom_id": f"open:{FORM}:{secret}"}
    posted = world.post(general, world.bot, Draft(components=[{"type": 1, "components": [button]}]))
    await server.press(BEN, {"id": str(posted.id), "components": posted.components})
    await model.will_say("I cannot see it.")
    await server.submit(BEN, "what does it say?")
    await server.answer("I cannot see it.")
    assert "4711" not in str(await model.requests())

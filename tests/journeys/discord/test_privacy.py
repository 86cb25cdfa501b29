"""What is kept of people on Discord, and who may use Parley there."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bots.playground.discord.entities import Role
from bots.playground.discord.world import DiscordWorld
from core import texts
from tests.journeys.control import Model, until
from tests.journeys.discord.server import ANN, BEN, Server

pytestmark = pytest.mark.usefixtures("parley")

SECRET = "xylophone-4711"


def files_with(folder: Path, text: str) -> list[str]:
    return [path.name for path in folder.glob("parley.db*") if path.is_file() and text.encode() in path.read_bytes()]


async def test_whoever_uses_forget_is_asked_and_then_gone_everywhere(
    server: Server, model: Model, tmp_path: Path
) -> None:
    for channel in ("general", "dm:Ben"):
        await model.will_say(f"It is {SECRET}.")
        await server.say(BEN, f"@Parley what is {SECRET}?", channel=channel)
        await server.answer(f"It is {SECRET}.", channel=channel, settled=True)
    question = await server.answer_to(await server.command(BEN, "forget"))
    assert question["content"] == texts.FORGET_QUESTION
    assert files_with(tmp_path, SECRET) != []
    told = await server.told_by(await server.press(BEN, question, texts.FORGET_ME))
    assert told.startswith("I have forgotten you. Your receipt: ")
    assert "2 workspaces" in told
    assert "1 direct conversations" in told
    assert files_with(tmp_path, SECRET) == []
    await model.will_say("Hello.")
    await server.say(BEN, "hello", channel="dm:Ben")
    await server.answer("Hello.", channel="dm:Ben")
    assert SECRET not in json.dumps(await model.messages())


async def test_who_manages_the_server_sets_how_long_what_was_said_is_kept(server: Server) -> None:
    told = await server.told(ANN, "retention", options={"days": "30"})
    assert told == "What was said is deleted after 30 days."
    assert await server.told(ANN, "retention") == told
    assert await server.told(ANN, "retention", options={"days": "soon"}) == "Say a number of days, or off."


async def test_a_role_that_is_allowed_may_use_it_and_others_may_not(
    server: Server, model: Model, world: DiscordWorld
) -> None:
    guild = next(iter(world.guilds.values()))
    role = next(role for role in guild.roles.values() if isinstance(role, Role) and role.name == "Moderators")
    told = await server.told(ANN, "use", subcommand="allow", options={"who": str(role.id)})
    assert told.startswith("Moderators may use me.")
    holders = [member for member in guild.members.values() if role.id in member.roles]
    others = [name for name in (ANN, BEN, "Chloé") if name not in {member.user.name for member in holders}]
    await server.say(others[0], "@Parley may I?")
    await server.answer(texts.NOT_FOR_YOU)
    await model.will_say("You may.")
    await server.say(holders[0].user.name, "@Parley may I?")
    await server.answer("You may.")
    assert "allowed: role" in await server.told(ANN, "use", subcommand="show")


async def test_words_are_blocked_and_shown(server: Server, model: Model) -> None:
    assert await server.told(ANN, "use", subcommand="words", options={"words": "blue moon"}) == "1 words are blocked."
    await server.say(BEN, "@Parley a blue moon?")
    await server.answer(texts.BLOCKED_QUESTION)
    assert await model.requests() == []


async def test_what_was_said_in_a_deleted_thread_is_forgotten(server: Server, model: Model, tmp_path: Path) -> None:
    start = await server.say(BEN, "The build is red.")
    thread = (await server.post("/control/threads", user=BEN, channel="general", message=start, name="Build"))["id"]
    await model.will_say(f"It is {SECRET}.")
    await server.say(BEN, f"@Parley what is {SECRET}?", channel=thread)
    await server.answer(f"It is {SECRET}.", channel=thread, settled=True)
    await server.remove_thread(ANN, thread)

    async def forgotten() -> bool:
        with closing(sqlite3.connect(tmp_path / "parley.db")) as database:
            found = database.execute("SELECT count(*) FROM message WHERE text LIKE ?", (f"%{SECRET}%",)).fetchone()
        return bool(found == (0,))

    await until(forgotten)


async def test_a_question_by_command_in_a_denied_channel_is_refused_to_the_person_alone(
    server: Server, model: Model
) -> None:
    general = await server.channel_id("general")
    assert "neither keep nor answer" in await server.told(ANN, "use", subcommand="deny", options={"channel": general})
    await server.command(BEN, "ask", options={"question": "May I?", "private": True})

    async def whispered() -> bool:
        listed = (await server.state())["messages"].get(general, [])
        return any(one["content"] == texts.NOT_FOR_YOU and one["ephemeral_for"] for one in listed)

    await until(whispered)
    assert await model.requests() == []
    await server.told(ANN, "use", subcommand="lift", options={"channel": general})
    await model.will_say("You may.")
    await server.say(BEN, "@Parley may I?")
    await server.answer("You may.")

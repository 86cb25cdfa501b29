from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bots.playground.discord.entities import Overwrite
from bots.playground.discord.permissions import TALKING
from bots.playground.discord.world import DiscordWorld
from bots.service import Service
from bots.service import serving as serving_parley
from core import texts
from core.settings import Settings
from storage.encrypted import new_key
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.discord.server import ANN, BEN, CHLOE, Server, labels
from tests.tools.servers import by_pipes, over_http

DISCORD = frozenset({Platform.DISCORD})
KEY = "very-secret-key"


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    more = {"tools": "search,calculator,office:*", "mcp": by_pipes(tmp_path), "tool_s": 5.0, "approval_s": 10.0}
    return settings.model_copy(update=more)


@pytest.fixture
async def parley(settings: Settings) -> AsyncIterator[Service]:
    async with serving_parley(settings, DISCORD) as service:
        yield service


async def results(model: Model) -> list[str]:
    return [message["content"] for message in await model.messages() if message["role"] == "tool"]


async def question(server: Server) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        return next((one for one in await server.own() if "Allow" in labels(one)), None)

    return await until(look)


@pytest.mark.usefixtures("parley")
async def test_a_model_calculates_before_it_answers(server: Server, model: Model) -> None:
    await model.will_call(("calculator", {"expression": "6 * 7"}), text="Let me see.")
    await model.will_say("It is 42.")
    await server.say(BEN, "@Parley what is 6 times 7?")
    await server.answer("Let me see.\n\nIt is 42.", settled=True)
    assert await results(model) == ["42"]


@pytest.mark.usefixtures("parley")
async def test_a_quiet_line_says_what_is_done_until_the_answer_comes(server: Server, model: Model) -> None:
    await model.will_call(("office__slow", {"seconds": 0.9}))
    await model.will_say("It is done.")
    await server.say(BEN, "@Parley take your time")
    waiting = await server.answer("_Using `office:slow`…_")
    done = await server.answer("It is done.", settled=True)
    assert done["id"] == waiting["id"]


@pytest.mark.usefixtures("parley")
async def test_the_search_finds_only_what_the_asker_may_see(server: Server, model: Model, world: DiscordWorld) -> None:
    hidden = next(one for one in world.channels.values() if one.name == "private")
    hidden.overwrites.append(Overwrite(world.bot.id, 1, allow=int(TALKING)))
    await model.will_say("Noted.", times=2)
    await server.say(ANN, "@Parley the boiler code is 4711", channel="private")
    await server.answer("Noted.", channel="private", settled=True)
    await server.say(ANN, "@Parley the boiler is in the cellar", channel="random")
    await server.answer("Noted.", channel="random", settled=True)

    await model.will_call(("search", {"words": "boiler"}))
    await model.will_say("In the cellar.")
    await server.say(CHLOE, "@Parley tell me about it")
    await server.answer("In the cellar.", settled=True)
    (found,) = await results(model)
    assert "cellar" in found
    assert "4711" not in found

    await model.will_call(("search", {"words": "boiler"}))
    await model.will_say("In the cellar, with a code.")
    await server.say(ANN, "@Parley tell me about it")
    await server.answer("In the cellar, with a code.", settled=True)
    assert "4711" in (await results(model))[-1]


@pytest.mark.usefixtures("parley")
async def test_the_search_never_leaves_the_server(server: Server, model: Model, world: DiscordWorld) -> None:
    await model.will_say("Noted.")
    await server.say(BEN, "@Parley the boiler code is 4711")
    await server.answer("Noted.", settled=True)
    await server.post("/control/servers", name="Elsewhere", user=BEN)
    await model.will_call(("search", {"words": "boiler"}))
    await model.will_say("Nothing there.")
    await server.say(BEN, "@Parley where is the code?", channel="lobby")
    await server.answer("Nothing there.", channel="lobby", settled=True)
    assert await results(model) == ["Nothing was found that the asker may see."]


@pytest.mark.usefixtures("parley")
async def test_direct_messages_are_searched_by_nobody_else(server: Server, model: Model) -> None:
    await model.will_say("Noted.")
    await server.say(BEN, "the boiler code is 4711", channel="dm:Ben")
    await server.answer("Noted.", channel="dm:Ben", settled=True)
    await model.will_call(("search", {"words": "boiler"}))
    await model.will_say("Nothing there.")
    await server.say(ANN, "@Parley where is the code?")
    await server.answer("Nothing there.", settled=True)
    assert await results(model) == ["Nothing was found that the asker may see."]


@pytest.mark.usefixtures("parley")
async def test_a_tool_that_writes_waits_until_the_asker_allows_it(server: Server, model: Model, tmp_path: Path) -> None:
    path = tmp_path / "written"
    await model.will_call(("office__write", {"path": str(path), "text": "hello @everyone"}))
    await model.will_say("Done with it.")
    await server.say(BEN, "@Parley write hello")
    asked = await question(server)
    assert asked["content"].startswith("Ben, may I use `office:write` with this?")
    refused = await server.press(CHLOE, asked, "Allow")
    assert await server.told_by(refused) == texts.NOT_YOUR_CALL
    assert not path.exists()
    await server.press(BEN, asked, "Allow")
    await server.answer("Done with it.", settled=True)
    assert path.read_text(encoding="utf-8") == "hello @everyone\n"

    async def decided() -> bool:
        found = next(one for one in await server.own() if one["id"] == asked["id"])
        return found["content"].endswith("_Allowed by Ben._") and not labels(found)

    await until(decided)


@pytest.mark.usefixtures("parley")
async def test_a_private_answer_asks_in_its_one_message(server: Server, model: Model, tmp_path: Path) -> None:
    """What is asked is there whole, whatever else has to give way."""
    path, text = tmp_path / "written", "hello " * 180
    said = "```\n" + "word " * 300 + "\n```"
    await model.will_call(("office__write", {"path": str(path), "text": text}), text=said)
    await model.will_say("Done with it.")
    await server.command(BEN, "ask", options={"question": "write hello", "private": True})

    async def look(words: str, *buttons: str) -> dict[str, Any] | None:
        (seen,) = [one for listed in (await server.state())["messages"].values() for one in listed]
        return seen if words in seen["content"] and tuple(labels(seen)) == buttons else None

    cut_off = "word \n```\n…\n\nBen, may I use `office:write` with this?"
    asked = await until(lambda: look(cut_off, "Allow", "Refuse", "Stop"))
    assert asked["content"].startswith("```\nword ")
    assert text in asked["content"]
    await server.press(BEN, asked, "Allow")
    done = await until(lambda: look("Done with it.", "Regenerate", "👍", "👎"))
    assert done["content"] == f"**Ben asked:** write hello\n\n{said}\n\nDone with it."
    assert path.read_text(encoding="utf-8") == text + "\n"
    assert len(await model.requests()) == 2


@pytest.mark.usefixtures("parley")
async def test_a_refused_tool_is_not_called(server: Server, model: Model, tmp_path: Path) -> None:
    await model.will_call(("office__write", {"path": str(tmp_path / "written"), "text": "hello"}))
    await model.will_say("As you like.")
    await server.say(BEN, "@Parley write hello")
    await server.press(ANN, await question(server), "Refuse")
    await server.answer("As you like.", settled=True)
    assert await results(model) == ["The person refused this."]
    assert not (tmp_path / "written").exists()


async def test_a_server_brings_tools_along_in_a_form_and_the_key_is_never_shown(
    server: Server, settings: Settings
) -> None:
    more = {"own_endpoints": "any", "encryption_keys": SecretStr(new_key())}
    async with over_http() as url, serving_parley(settings.model_copy(update=more), DISCORD):
        await server.command(ANN, "tools", subcommand="set")
        refused = await server.answer_to(await server.submit(ANN, name="No Name!", url="nowhere", key=KEY))
        assert "**Name**: " in refused["content"]
        assert "**Address**: " in refused["content"]
        await server.press(ANN, refused)
        form = await server.form(ANN)
        assert KEY not in str(form)
        saved = await server.answer_to(await server.submit(ANN, name="tickets", url=url, key=KEY))
        assert "`tickets:*`" in saved["content"]
        assert "`tickets:weather`" in await server.told(ANN, "tools", subcommand="show", options={"server": "tickets"})
        assert KEY not in await server.told(ANN, "audit") + await server.told(ANN, "tools", subcommand="list")
        removed = await server.told(ANN, "tools", subcommand="remove", options={"server": "tickets"})
        assert "removed" in removed

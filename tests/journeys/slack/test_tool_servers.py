from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bots.service import Service
from bots.service import serving as serving_parley
from core import texts
from core.people import WorkspaceRef, operator
from core.settings import Settings
from storage.incoming import Place
from storage.personas import PersonaFields
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, BEN, CHLOE, GENERAL, TEAM, Workspace, is_settled, shown
from tests.tools.servers import by_pipes

OPERATOR = operator(WorkspaceRef(Platform.SLACK, TEAM))
SLACK = frozenset({Platform.SLACK})


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    more = {"tools": "office:*", "mcp": by_pipes(tmp_path), "tool_s": 1.0, "approval_s": 10.0}
    return settings.model_copy(update=more)


@pytest.fixture
async def parley(settings: Settings) -> AsyncIterator[Service]:
    async with serving_parley(settings, SLACK) as service:
        yield service


async def results(model: Model) -> list[str]:
    return [message["content"] for message in await model.messages() if message["role"] == "tool"]


async def showing(workspace: Workspace, ts: str, words: str, number: int = 1) -> dict[str, Any]:
    """Parley's n-th message in a thread, once these words are in it."""

    async def look() -> dict[str, Any] | None:
        replies = await workspace.replies(ts)
        fits = len(replies) >= number and words in shown(replies[number - 1])
        return replies[number - 1] if fits else None

    return await until(look)


async def press(workspace: Workspace, user: str, message: dict[str, Any], action_id: str) -> None:
    await workspace.post("/control/actions", user=user, channel=GENERAL, ts=message["ts"], action_id=action_id)


def buttons(message: dict[str, Any]) -> list[str]:
    return [one["action_id"] for block in message["blocks"] for one in block.get("elements", [])]


async def said_of(workspace: Workspace, question: dict[str, Any], words: str) -> dict[str, Any]:
    """The message that asked, once these words are in it."""

    async def look() -> dict[str, Any] | None:
        listed = (await workspace.state())["messages"][GENERAL]
        return next((one for one in listed if one["ts"] == question["ts"] and words in shown(one)), None)

    return await until(look)


async def asked_to_write(workspace: Workspace, model: Model, path: Path, user: str = BEN) -> tuple[str, dict[str, Any]]:
    """The thread in which somebody is asked whether a line may be written, and the question."""
    await model.will_call(("office__write", {"path": str(path), "text": "hello"}))
    await model.will_say("Done with it.")
    ts = await workspace.say(user, "@Parley write hello")

    async def question() -> dict[str, Any] | None:
        replies = await workspace.replies(ts)
        return next((reply for reply in replies if "tool_allow" in buttons(reply)), None)

    return ts, await until(question)


@pytest.mark.usefixtures("parley")
async def test_a_quiet_line_says_what_is_done_until_the_answer_comes(workspace: Workspace, model: Model) -> None:
    await model.will_call(("office__slow", {"seconds": 0.9}))
    await model.will_say("It is done.")
    ts = await workspace.say(ANN, "@Parley take your time")
    waiting = await showing(workspace, ts, "_Using `office:slow`…_")
    assert shown(waiting) == "_Using `office:slow`…_"
    assert buttons(waiting) == ["reply_stop"]
    done = await workspace.reply(ts, "It is done.", settled=True)
    assert done["ts"] == waiting["ts"]


@pytest.mark.usefixtures("parley")
async def test_tools_that_hang_fail_or_return_a_megabyte_do_no_harm(workspace: Workspace, model: Model) -> None:
    await model.will_call(("office__hang", {}), ("office__fail", {}), ("office__megabyte", {}))
    await model.will_say("Never mind.")
    ts = await workspace.say(ANN, "@Parley do everything")
    await workspace.reply(ts, "Never mind.", settled=True)
    hung, failed, much = await results(model)
    assert hung == "No result within 1 seconds."
    assert "fail" in failed
    assert len(much) < 21_000
    assert much.endswith("[Cut here: this is the beginning of 900000 characters.]")


@pytest.mark.usefixtures("parley")
async def test_a_server_that_dies_meanwhile_does_no_harm(workspace: Workspace, model: Model) -> None:
    await model.will_call(("office__exits", {}))
    await model.will_say("It is gone.")
    ts = await workspace.say(ANN, "@Parley end it")
    await workspace.reply(ts, "It is gone.", settled=True)


async def test_a_persona_is_given_the_tools_that_it_lists_and_no_others(
    workspace: Workspace, model: Model, parley: Service
) -> None:
    fields = PersonaFields(name="Scout", instruction="Look around.", tools=("office:weather", "time", "nosuch:tool"))
    await parley.parts.personas.create(OPERATOR, fields)
    here = Place(platform=Platform.SLACK, workspace_id=TEAM, channel_id=GENERAL)
    await parley.parts.personas.assign(OPERATOR, here, "Scout")
    await model.will_call(("office__weather", {"city": "Ghent"}))
    await model.will_say("It rains.")
    ts = await workspace.say(BEN, "@Parley how is it outside?")
    await workspace.reply(ts, "It rains.", settled=True)
    offered = [tool["function"]["name"] for tool in (await model.requests())[0]["tools"]]
    assert offered == ["office__weather", "time"]
    assert await results(model) == ["Rain in Ghent."]


@pytest.mark.usefixtures("parley")
async def test_a_tool_that_writes_waits_until_the_asker_allows_it(
    workspace: Workspace, model: Model, tmp_path: Path
) -> None:
    ts, question = await asked_to_write(workspace, model, tmp_path / "written")
    assert shown(question).startswith("Ben, may I use `office:write` with this?")
    assert '"text": "hello"' in shown(question)
    assert not (tmp_path / "written").exists()
    await press(workspace, BEN, question, "tool_allow")

    async def answered() -> bool:
        return any(is_settled(reply) and "Done with it." in shown(reply) for reply in await workspace.replies(ts))

    await until(answered)
    assert (tmp_path / "written").read_text(encoding="utf-8") == "hello\n"
    assert await results(model) == ["Written."]
    assert buttons(await said_of(workspace, question, "_Allowed by ben._")) == []


@pytest.mark.usefixtures("parley")
async def test_a_refused_tool_is_not_called_and_the_model_is_told(
    workspace: Workspace, model: Model, tmp_path: Path
) -> None:
    _, question = await asked_to_write(workspace, model, tmp_path / "written")
    await press(workspace, BEN, question, "tool_refuse")

    async def told() -> bool:
        return await results(model) == ["The person refused this."]

    await until(told)
    assert not (tmp_path / "written").exists()


@pytest.mark.usefixtures("parley")
async def test_nobody_but_the_asker_and_admins_may_allow(workspace: Workspace, model: Model, tmp_path: Path) -> None:
    _, question = await asked_to_write(workspace, model, tmp_path / "written")
    await press(workspace, CHLOE, question, "tool_allow")

    async def refused() -> str | None:
        ephemerals = (await workspace.state())["ephemerals"]
        return str(ephemerals[-1]["text"]) if ephemerals else None

    assert await until(refused) == texts.NOT_YOUR_CALL
    assert not (tmp_path / "written").exists()
    await press(workspace, ANN, question, "tool_allow")

    async def written() -> bool:
        return (tmp_path / "written").exists()

    await until(written)


async def test_a_question_that_nobody_answers_ends_by_itself(
    workspace: Workspace, model: Model, settings: Settings, tmp_path: Path
) -> None:
    async with serving_parley(settings.model_copy(update={"approval_s": 0.4}), SLACK):
        _, question = await asked_to_write(workspace, model, tmp_path / "written")

        async def told() -> bool:
            return await results(model) == ["Nobody allowed this in time."]

        await until(told)
        assert buttons(await said_of(workspace, question, texts.tool_decided("", allowed=False))) == []
        assert not (tmp_path / "written").exists()


@pytest.mark.usefixtures("parley")
async def test_who_stops_the_answer_need_not_answer_the_question(
    workspace: Workspace, model: Model, tmp_path: Path
) -> None:
    ts, _ = await asked_to_write(workspace, model, tmp_path / "written")

    async def stoppable() -> dict[str, Any] | None:
        return next((one for one in await workspace.replies(ts) if "reply_stop" in buttons(one)), None)

    await press(workspace, BEN, await until(stoppable), "reply_stop")

    async def over() -> bool:
        replies = await workspace.replies(ts)
        return any(texts.TOOL_NOT_NEEDED in shown(one) and not buttons(one) for one in replies)

    await until(over)
    assert not (tmp_path / "written").exists()


@pytest.mark.parametrize("answer", ["told", "lost"])
async def test_a_restart_ends_a_question_plainly(
    workspace: Workspace, model: Model, settings: Settings, tmp_path: Path, answer: str
) -> None:
    if answer == "lost":
        await workspace.fault("chat.postMessage", "lose")
    async with serving_parley(settings.model_copy(update={"grace_s": 0.0}), SLACK):
        ts, question = await asked_to_write(workspace, model, tmp_path / "written")
    assert buttons(await said_of(workspace, question, texts.TOOL_NOT_NEEDED)) == []
    assert any(texts.INTERRUPTED in shown(reply) for reply in await workspace.replies(ts))
    assert not (tmp_path / "written").exists()

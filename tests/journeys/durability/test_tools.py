"""`parley run` is killed while a tool runs, or while somebody is asked whether one may: nothing is called twice."""

from pathlib import Path
from typing import Any

from tests.bots.conftest import Outside
from tests.journeys.control import Model, until
from tests.journeys.durability.people import InPrivate, People, Seen
from tests.journeys.durability.processes import Processes
from tests.tools.servers import by_pipes

TOOLS = {"PARLEY_TOOLS": "office:*", "PARLEY_TOOL_S": "20"}


async def saying(people: People, question: str, words: str) -> Seen:
    """The answer that has these words in it, once it is there."""

    async def look() -> Seen | None:
        return next((seen for seen in await people.answers(question) if words in seen.text), None)

    return await until(look, 30.0)


async def told(model: Model) -> list[str]:
    return [message["content"] for message in await model.messages() if message["role"] == "tool"]


async def allow(people: People, seen: Seen) -> None:
    """Press the button that allows the call, as whoever has asked."""
    if people.platform == "slack":
        named: dict[str, Any] = {"user": "ann", "channel": "general", "ts": seen.id, "action_id": "tool_allow"}
        await people.server.post("/control/actions", **named)
        return
    state = await people.server.get("/control/state")
    listed = [message for messages in state["messages"].values() for message in messages]
    asked = next(message for message in listed if message["id"] == seen.id)
    custom_id = asked["components"][0]["components"][0]["custom_id"]
    await people.server.post("/control/components", user="Ann", message=seen.id, custom_id=custom_id)


async def test_a_question_outlives_the_process_that_asked_it(
    processes: Processes, people: People, outside: Outside, tmp_path: Path
) -> None:
    more = TOOLS | {"PARLEY_MCP": by_pipes(tmp_path)}
    first = await processes.run(people.platform, **more)
    path = tmp_path / "written"
    await outside.model.will_call(("office__write", {"path": str(path), "text": "hello"}))
    await outside.model.will_say("Written down.")
    question = await people.ask("write it down")
    asked = await saying(people, question, "may I use")
    await processes.kill(first)
    await processes.run(people.platform, **more)
    await until(lambda: waits(outside), 30.0)
    await allow(people, asked)
    await saying(people, question, "Written down.")
    assert path.read_text(encoding="utf-8") == "hello\n"
    assert await told(outside.model) == ["Written."]
    assert len(await outside.model.requests()) == 2
    assert sum("may I use" in seen.text for seen in await people.answers(question)) == 1


async def test_a_question_in_a_private_answer_outlives_the_process_that_asked_it(
    processes: Processes, outside: Outside, tmp_path: Path
) -> None:
    more, people = TOOLS | {"PARLEY_MCP": by_pipes(tmp_path)}, InPrivate(outside.discord)
    first = await processes.run(people.platform, **more)
    path = tmp_path / "written"
    await outside.model.will_call(("office__write", {"path": str(path), "text": "hello"}))
    await outside.model.will_say("Written down.")
    question = await people.ask("write it down")
    await saying(people, question, "may I use")
    await processes.kill(first)
    calls = len(await edits(outside))
    await processes.run(people.platform, **more)
    await until(lambda: more_edits(outside, calls), 30.0)
    await allow(people, await saying(people, question, "may I use"))
    await saying(people, question, "Written down.")
    (answer,) = await people.answers(question)
    assert "may I use" not in answer.text
    assert path.read_text(encoding="utf-8") == "hello\n"


async def edits(outside: Outside) -> list[Any]:
    calls = (await outside.discord.get("/control/calls"))["calls"]
    return [call for call in calls if call["operation"] == InPrivate.edit]


async def more_edits(outside: Outside, calls: int) -> bool:
    return len(await edits(outside)) > calls


async def waits(outside: Outside) -> bool:
    """The first request was made, and no other: the process that took over asks the model nothing before."""
    return len(await outside.model.requests()) == 1


async def test_a_call_that_was_under_way_is_not_made_again(
    processes: Processes, people: People, outside: Outside, tmp_path: Path
) -> None:
    more = TOOLS | {"PARLEY_MCP": by_pipes(tmp_path)}
    first = await processes.run(people.platform, **more)
    await outside.model.will_call(("office__hang", {}))
    await outside.model.will_say("I do not know.")
    question = await people.ask("wait for it")
    await saying(people, question, "Using `office:hang`")
    await processes.kill(first)
    await processes.run(people.platform, **more)
    await saying(people, question, "I do not know.")
    assert await told(outside.model) == ["I was restarted while this ran. Whether it had an effect is not known."]
    assert len(await outside.model.requests()) == 2

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.service import Service
from bots.service import serving as serving_parley
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, BEN, GENERAL, RANDOM, Workspace


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"tools": "search,time,calculator"})


@pytest.fixture
async def parley(settings: Settings) -> AsyncIterator[Service]:
    async with serving_parley(settings, frozenset({Platform.SLACK})) as service:
        yield service


async def results(model: Model) -> list[str]:
    """What the model was told by tools in its newest request."""
    return [message["content"] for message in await model.messages() if message["role"] == "tool"]


async def requests(model: Model, count: int) -> list[dict[str, Any]]:
    async def look() -> list[dict[str, Any]] | None:
        made = await model.requests()
        return made if len(made) >= count else None

    return await until(look)


@pytest.mark.usefixtures("parley")
async def test_a_model_calculates_before_it_answers(workspace: Workspace, model: Model) -> None:
    await model.will_call(("calculator", {"expression": "6 * 7"}))
    await model.will_say("It is 42.")
    ts = await workspace.say(ANN, "@Parley what is 6 times 7?")
    await workspace.reply(ts, "It is 42.", settled=True)
    first, second = await model.requests()
    assert [tool["function"]["name"] for tool in first["tools"]] == ["calculator", "search", "time"]
    messages: list[dict[str, Any]] = second["messages"]
    called, told = messages[-2:]
    assert called["role"] == "assistant"
    assert called["content"] is None
    assert json.loads(called["tool_calls"][0]["function"]["arguments"]) == {"expression": "6 * 7"}
    assert told == {"role": "tool", "content": "42", "tool_call_id": called["tool_calls"][0]["id"]}
    assert len(await workspace.replies(ts)) == 1


@pytest.mark.usefixtures("parley")
async def test_several_calls_in_one_turn_are_all_answered_in_order(workspace: Workspace, model: Model) -> None:
    await model.will_call(
        ("calculator", {"expression": "1+1"}), ("time", {"zone": "Asia/Tokyo"}), ("calculator", {"expression": "1/0"})
    )
    await model.will_say("Done.")
    ts = await workspace.say(ANN, "@Parley several things")
    await workspace.reply(ts, "Done.")
    two, clock, failed = await results(model)
    assert two == "2"
    assert "(Asia/Tokyo, UTC+09:00)" in clock
    assert str(datetime.now(UTC).year) in clock
    assert failed == "This divides by zero."


@pytest.mark.usefixtures("parley")
async def test_what_was_said_before_a_call_stays_and_the_answer_goes_on_below_it(
    workspace: Workspace, model: Model
) -> None:
    await model.will_call(("calculator", {"expression": "2+2"}), text="Let me see.")
    await model.will_say("Four.")
    ts = await workspace.say(ANN, "@Parley two and two?")
    await workspace.reply(ts, "Let me see.\n\nFour.", settled=True)


@pytest.mark.usefixtures("parley")
async def test_the_next_question_still_has_the_calls_with_their_results(workspace: Workspace, model: Model) -> None:
    await model.will_call(("calculator", {"expression": "2+2"}), text="Let me see.")
    await model.will_say("Four.")
    ts = await workspace.say(ANN, "@Parley two and two?")
    await workspace.reply(ts, "Let me see.\n\nFour.", settled=True)
    await model.will_say("As I said.")
    await workspace.say(ANN, "sure?", thread_ts=ts)
    await workspace.reply(ts, "As I said.", number=2)
    _, asked, called, told, answered, again = await model.messages()
    assert asked["role"] == again["role"] == "user"
    assert called["content"] == "Let me see."
    assert called["tool_calls"][0]["function"]["name"] == "calculator"
    assert (told["role"], told["content"]) == ("tool", "4")
    assert (answered["role"], answered["content"]) == ("assistant", "Four.")


@pytest.mark.usefixtures("parley")
async def test_a_tool_that_does_not_exist_or_gets_nonsense_is_told_to_the_model(
    workspace: Workspace, model: Model
) -> None:
    await model.will_call(("shell", {"run": "rm"}), ("calculator", "{not json"), ("calculator", {"expression": 7}))
    await model.will_say("Sorry.")
    ts = await workspace.say(ANN, "@Parley do it")
    await workspace.reply(ts, "Sorry.")
    assert await results(model) == [
        "There is no tool of this name.",
        "The arguments are no JSON object.",
        "The argument 'expression' must be a text.",
    ]


async def test_a_model_that_calls_without_end_has_to_answer(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    limited = settings.model_copy(update={"tool_rounds": 2})
    async with serving_parley(limited, frozenset({Platform.SLACK})):
        await model.will_call(("calculator", {"expression": "1"}), text="Once.", times=10)
        ts = await workspace.say(ANN, "@Parley go on")
        await workspace.reply(ts, "Once.\n\nOnce.\n\nOnce.", settled=True)
        made = await model.requests()
        assert len(made) == 3
        assert [request.get("tool_choice") for request in made] == [None, None, "none"]


async def test_a_model_that_takes_no_tools_answers_without(workspace: Workspace, model: Model, parley: Service) -> None:
    await model.patch("/control/rules", unsupported=["tools"])
    await model.will_say("Plainly.")
    ts = await workspace.say(ANN, "@Parley hello")
    await workspace.reply(ts, "Plainly.", settled=True)
    assert "tools" not in (await model.requests())[-1]


@pytest.mark.usefixtures("parley")
async def test_a_router_without_a_model_that_takes_tools_answers_without(workspace: Workspace, model: Model) -> None:
    refused = {"error": {"message": "No endpoints found that support tool use.", "code": 404}}
    await model.will_say(status=404, body=refused)
    await model.will_say("Plainly.")
    ts = await workspace.say(ANN, "@Parley hello")
    await workspace.reply(ts, "Plainly.", settled=True)
    assert "tools" not in (await model.requests())[-1]


@pytest.mark.usefixtures("parley")
async def test_a_model_that_wants_its_thoughts_back_has_them_within_an_answer(
    workspace: Workspace, model: Model
) -> None:
    await model.patch("/control/rules", kind="vllm")
    refused = {"error": {"message": "The `reasoning_content` in the thinking mode must be passed back to the API."}}
    await model.will_call(("calculator", {"expression": "6*7"}), thoughts=["I ", "calculate."])
    await model.will_say(status=400, body=refused)
    await model.will_say("It is 42.")
    ts = await workspace.say(ANN, "@Parley what is 6 times 7?")
    await workspace.reply(ts, "It is 42.", settled=True)
    assert (await model.messages())[-2]["reasoning_content"] == "I calculate."
    await model.will_say("As I said.")
    await workspace.say(ANN, "sure?", thread_ts=ts)
    await workspace.reply(ts, "As I said.", number=2)
    assert [message["role"] for message in await model.messages()] == ["system", "user", "assistant", "user"]


@pytest.mark.usefixtures("parley")
async def test_the_search_finds_what_was_said_in_public_channels(workspace: Workspace, model: Model) -> None:
    await model.will_say("Noted.", times=2)
    for channel in (RANDOM, GENERAL):
        ts = await workspace.say(BEN, "@Parley the boiler code is 4711", channel=channel)
        await workspace.reply(ts, "Noted.", channel=channel, settled=True)
    await model.will_call(("search", {"words": "boiler code"}))
    await model.will_say("It is 4711.")
    asked = await workspace.say(ANN, "@Parley how do I open it?")
    await workspace.reply(asked, "It is 4711.")
    (found,) = await results(model)
    assert "#random, Ben: the boiler code is 4711" in found
    assert "#general, Ben: the boiler code is 4711" in found


@pytest.mark.usefixtures("parley")
async def test_a_deleted_message_is_gone_from_what_a_search_had_found(workspace: Workspace, model: Model) -> None:
    await model.will_say("Noted.", times=2)
    thread = await workspace.say(BEN, "@Parley remember something")
    await workspace.reply(thread, "Noted.", settled=True)
    said = await workspace.say(BEN, "the boiler code is 4711", thread_ts=thread)
    await workspace.reply(thread, "Noted.", number=2, settled=True)
    await model.will_call(("search", {"words": "boiler"}))
    await model.will_say("Found.")
    ts = await workspace.say(ANN, "@Parley search it")
    await workspace.reply(ts, "Found.", settled=True)
    await workspace.delete(f"/control/messages?user=ben&channel={GENERAL}&ts={said}")
    await workspace.heard("message_deleted", said)
    await model.will_say("Gone.")
    await workspace.say(ANN, "and now?", thread_ts=ts)
    await workspace.reply(ts, "Gone.", number=2)
    assert "4711" not in json.dumps(await model.messages())

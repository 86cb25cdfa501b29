from typing import Any

import pytest

from bots.service import serving as serving_parley
from core import texts
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, Workspace, shown

SLACK = frozenset({Platform.SLACK})


@pytest.mark.usefixtures("parley")
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "limited", "retry_after_s": 1},
        {"kind": "status", "status": 500, "times": 2},
        {"kind": "status", "status": 503, "body": "<html>down</html>", "content_type": "text/html"},
        {"kind": "drop"},
        {"kind": "lose"},
        {"kind": "slow", "delay_s": 0.5},
    ],
    ids=lambda fault: str(fault["kind"]),
)
async def test_the_whole_answer_is_there_once_whatever_a_call_meets(
    workspace: Workspace, model: Model, method: str, fault: dict[str, Any]
) -> None:
    text = " ".join(f"word{number}" for number in range(30))
    await model.will_say(text, tokens_per_s=40)
    await workspace.fault(method, **fault)
    ts = await workspace.say(ANN, "@Parley count")
    await workspace.reply(ts, text)
    assert len(await workspace.replies(ts)) == 1


@pytest.mark.usefixtures("parley")
async def test_a_limit_on_updates_never_stops_the_model(workspace: Workspace, model: Model) -> None:
    await model.will_say(" ".join(f"word{number}" for number in range(60)), tokens_per_s=60)
    await workspace.fault("chat.update", "limited", retry_after_s=3)
    ts = await workspace.say(ANN, "@Parley count")

    async def ended() -> float | None:
        requests = (await model.get("/control/requests"))["requests"]
        return requests[0]["ended"] - requests[0]["began"] if requests and requests[0]["ended"] else None

    assert await until(ended) < 2.5
    assert await workspace.replies(ts)


@pytest.mark.usefixtures("parley")
async def test_a_refreshed_socket_loses_nothing(workspace: Workspace, model: Model) -> None:
    for reason in ("warning", "refresh_requested", "drop"):
        await workspace.post("/control/sockets/disconnect", reason=reason)
        await model.will_say(f"After {reason}.")
        ts = await workspace.say(ANN, f"@Parley still there after {reason}?")
        await workspace.reply(ts, f"After {reason}.")
        assert len(await workspace.replies(ts)) == 1


@pytest.mark.usefixtures("parley")
async def test_a_reply_that_is_deleted_while_it_grows_is_not_posted_again(workspace: Workspace, model: Model) -> None:
    await model.will_say(" ".join(f"word{number}" for number in range(120)), tokens_per_s=30)
    ts = await workspace.say(ANN, "@Parley count")

    async def visible() -> list[dict[str, Any]]:
        return await workspace.replies(ts)

    reply = (await until(visible))[0]
    await workspace.delete(f"/control/messages?channel={reply['channel']}&ts={reply['ts']}&user={reply['user']}")

    async def called_off() -> bool:
        return bool((await model.get("/control/requests"))["requests"][-1]["disconnected"])

    await until(called_off)
    assert await workspace.replies(ts) == []
    assert len(await workspace.calls("chat.postMessage")) == 1


async def test_shutdown_lets_a_reply_finish_within_the_grace_time(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    text = " ".join(f"word{number}" for number in range(30))
    await model.will_say(text, tokens_per_s=30)
    async with serving_parley(settings, SLACK):
        ts = await workspace.say(ANN, "@Parley count")

        async def visible() -> bool:
            return bool(await workspace.replies(ts))

        await until(visible)
    assert [shown(message) for message in await workspace.replies(ts)] == [text]


async def test_shutdown_marks_a_reply_that_does_not_finish_in_time(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    await model.will_say("One two three", hold=True, hold_after=2)
    async with serving_parley(settings.model_copy(update={"grace_s": 0.2}), SLACK):
        ts = await workspace.say(ANN, "@Parley count")

        async def visible() -> bool:
            return bool(await workspace.replies(ts))

        await until(visible)
    (reply,) = await workspace.replies(ts)
    assert shown(reply).startswith("One two")
    assert shown(reply).endswith(f"_{texts.INTERRUPTED}_")


async def test_after_a_restart_the_conversation_goes_on(workspace: Workspace, model: Model, settings: Settings) -> None:
    await model.will_say("Ottawa.")
    async with serving_parley(settings, SLACK):
        ts = await workspace.say(ANN, "@Parley capital of Canada?")
        await workspace.reply(ts, "Ottawa.")
    await model.will_say("A million.")
    async with serving_parley(settings, SLACK):
        await workspace.say(ANN, "how many people?", thread_ts=ts)
        await workspace.reply(ts, "A million.", number=2)
    assert [message["role"] for message in await model.messages()] == ["system", "user", "assistant", "user"]


async def test_what_is_said_while_parley_is_away_is_answered_when_it_is_back(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    async with serving_parley(settings, SLACK):
        pass
    ts = await workspace.say(ANN, "@Parley hello?")
    await model.will_say("Here again.")
    async with serving_parley(settings, SLACK):
        await workspace.reply(ts, "Here again.")


@pytest.mark.parametrize(
    ("silence", "said"), [("first_token_s", "did not begin to answer"), ("idle_s", "stopped in the middle")]
)
async def test_a_model_that_falls_silent_is_not_waited_for(
    workspace: Workspace, model: Model, settings: Settings, silence: str, said: str
) -> None:
    await model.will_say("One two three", hold=True, hold_after=0 if silence == "first_token_s" else 2)
    async with serving_parley(settings.model_copy(update={silence: 0.3}), SLACK):
        ts = await workspace.say(ANN, "@Parley count")

        async def told() -> bool:
            replies = await workspace.replies(ts)
            return bool(replies) and said in shown(replies[0])

        await until(told)

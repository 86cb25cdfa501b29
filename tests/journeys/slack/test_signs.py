from typing import Any

import pytest

from bots.service import serving as serving_parley
from core import texts
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, BEN, CHLOE, GENERAL, Workspace, shown

SLACK = frozenset({Platform.SLACK})


async def thread(workspace: Workspace, ts: str) -> dict[str, Any]:
    threads = (await workspace.state())["threads"]
    return next((one for one in threads if one["thread_ts"] == ts), {"status": "", "session_status": ""})


async def session(workspace: Workspace, ts: str, status: str) -> None:
    async def look() -> bool:
        return bool((await thread(workspace, ts))["session_status"] == status)

    await until(look)


async def silent(workspace: Workspace, model: Model, asker: str = ANN) -> str:
    """A question whose answer does not begin."""
    await model.will_say("One two three four", hold=True)
    return await workspace.say(asker, "@Parley count")


async def growing(workspace: Workspace, model: Model, asker: str = ANN) -> str:
    """A reply that shows, of a session that is under way, and that will not end by itself."""
    await model.will_say("One two three four", hold=True, hold_after=2, first_token_s=1.0)
    ts = await workspace.say(asker, "@Parley count")

    async def visible() -> bool:
        return bool(await workspace.replies(ts))

    await until(visible)
    await session(workspace, ts, "processing")
    return ts


async def press_stop(workspace: Workspace, user: str, ts: str) -> None:
    await workspace.post("/control/stop", user=user, channel=GENERAL, thread_ts=ts)


async def disconnected(model: Model) -> bool:
    return bool((await model.get("/control/requests"))["requests"][-1]["disconnected"])


@pytest.mark.usefixtures("parley")
async def test_a_session_is_under_way_until_the_answer_is_there(workspace: Workspace, model: Model) -> None:
    ts = await silent(workspace, model)
    await session(workspace, ts, "processing")
    await model.post("/control/release")
    await workspace.reply(ts, "One two three four", settled=True)
    await session(workspace, ts, "active")


@pytest.mark.usefixtures("parley")
async def test_an_answer_that_comes_at_once_needs_no_sign(workspace: Workspace, model: Model) -> None:
    await model.will_say("Quick.")
    ts = await workspace.say(ANN, "@Parley hello")
    await workspace.reply(ts, "Quick.", settled=True)
    assert await workspace.calls("agents.sessions.setStatus") == []
    assert await workspace.calls("assistant.threads.setStatus") == []


@pytest.mark.usefixtures("parley")
async def test_slacks_own_stop_ends_the_model_call_and_keeps_the_text(workspace: Workspace, model: Model) -> None:
    ts = await growing(workspace, model)
    await press_stop(workspace, ANN, ts)

    async def stopped() -> bool:
        text = shown((await workspace.replies(ts))[0])
        return text.startswith("One two") and text.endswith(f"_{texts.STOPPED}_")

    await until(stopped, 1.5)
    assert await disconnected(model)
    await session(workspace, ts, "active")


@pytest.mark.usefixtures("parley")
async def test_slacks_own_stop_is_the_askers_and_the_admins(workspace: Workspace, model: Model) -> None:
    ts = await growing(workspace, model, BEN)
    await press_stop(workspace, CHLOE, ts)

    async def refused() -> bool:
        return any(one["text"] == texts.NOT_YOUR_REPLY for one in (await workspace.state())["ephemerals"])

    await until(refused)
    assert not await disconnected(model)
    await press_stop(workspace, ANN, ts)
    await session(workspace, ts, "active")
    assert await disconnected(model)


@pytest.mark.usefixtures("parley")
async def test_stop_where_nothing_runs_ends_the_session(workspace: Workspace, model: Model) -> None:
    await model.will_say("Quick.")
    ts = await workspace.say(ANN, "@Parley hello")
    await workspace.reply(ts, "Quick.", settled=True)
    await press_stop(workspace, BEN, ts)
    await session(workspace, ts, "active")
    assert (await workspace.state())["ephemerals"] == []


@pytest.mark.usefixtures("parley")
async def test_an_app_that_is_no_agent_shows_a_status_and_asks_for_a_session_once(
    workspace: Workspace, model: Model
) -> None:
    await workspace.patch("/control/rules", is_agent=False)
    for text in ("first", "second"):
        ts = await silent(workspace, model)

        async def thinking(ts: str = ts) -> bool:
            return bool((await thread(workspace, ts))["status"])

        await until(thinking)
        await model.post("/control/release")
        await workspace.reply(ts, "One two three four", settled=True)
        assert (await thread(workspace, ts))["status"] == "", text
    assert len(await workspace.calls("agents.sessions.setStatus")) == 1


@pytest.mark.usefixtures("parley")
async def test_without_the_scopes_there_is_no_sign_and_the_answer_is_there(workspace: Workspace, model: Model) -> None:
    scopes = [one for one in (await workspace.get("/control/rules"))["scopes"] if one != "assistant:write"]
    await workspace.patch("/control/rules", scopes=scopes, is_agent=False)
    await workspace.fault(
        "assistant.threads.setStatus", "status", status=200, body='{"ok":false,"error":"missing_scope"}'
    )
    for _ in range(2):
        await model.will_say("Late.", first_token_s=1.0)
        ts = await workspace.say(ANN, "@Parley hello")
        await workspace.reply(ts, "Late.", settled=True)
    assert len(await workspace.calls("agents.sessions.setStatus")) == 1
    assert len(await workspace.calls("assistant.threads.setStatus")) == 1


@pytest.mark.usefixtures("parley")
@pytest.mark.parametrize("is_agent", [True, False])
async def test_the_sign_goes_when_nothing_can_be_posted(workspace: Workspace, model: Model, is_agent: bool) -> None:
    await workspace.patch("/control/rules", is_agent=is_agent)
    await workspace.fault(
        "chat.postMessage", "status", status=200, body='{"ok":false,"error":"restricted_action"}', times=9
    )
    ts = await silent(workspace, model)

    async def signed() -> bool:
        state = await thread(workspace, ts)
        return bool(state["status"] or state["session_status"] == "processing")

    async def gone() -> bool:
        return not await signed()

    await until(signed)
    await model.post("/control/release")
    await until(gone)


@pytest.mark.usefixtures("parley")
async def test_clearing_a_sign_is_tried_again(workspace: Workspace, model: Model) -> None:
    ts = await growing(workspace, model)
    await workspace.fault("agents.sessions.setStatus", "limited", retry_after_s=1)
    await model.post("/control/release")
    await workspace.reply(ts, "One two three four", settled=True)
    await session(workspace, ts, "active")


async def test_the_sign_goes_when_parley_is_shut_down(workspace: Workspace, model: Model, settings: Settings) -> None:
    async with serving_parley(settings.model_copy(update={"grace_s": 0.0}), SLACK):
        ts = await growing(workspace, model)
    assert (await thread(workspace, ts))["session_status"] == "active"

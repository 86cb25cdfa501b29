from collections.abc import AsyncIterator
from typing import Any

import pytest

from bots.service import Service
from bots.service import serving as serving_parley
from core import texts
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, GENERAL, Workspace, is_settled, shown

pytestmark = pytest.mark.usefixtures("parley")

ANNS = "D0ANN00001"
TEXT = "Words come. " * 8 + "\n\n```python\nprint(1)\nprint(2)\n```\n\nDone <!here>."


@pytest.fixture
async def parley(settings: Settings) -> AsyncIterator[Service]:
    chosen = settings.model_copy(update={"slack_streaming": "on"})
    async with serving_parley(chosen, frozenset({Platform.SLACK})) as service:
        yield service


async def ask(workspace: Workspace, model: Model, text: str = TEXT, **how: Any) -> str:
    await model.will_say(text, tokens_per_s=15, **how)
    return await workspace.say(ANN, "go on", ANNS)


async def whole(workspace: Workspace, ts: str, text: str = TEXT) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        replies = await workspace.replies(ts, ANNS)
        if len(replies) != 1 or not is_settled(replies[0]):
            return None
        said = (shown(replies[0]) or replies[0]["text"]).replace("\u2060", "")
        return replies[0] if said == text else None

    return await until(look)


async def test_a_direct_message_is_streamed_and_has_its_buttons_at_the_end(workspace: Workspace, model: Model) -> None:
    reply = await whole(workspace, await ask(workspace, model))
    assert not reply["streaming"]
    assert await workspace.calls("chat.postMessage") == []
    assert await workspace.calls("chat.update") == []
    assert len(await workspace.calls("chat.appendStream")) >= 2
    assert (await workspace.state())["pings"] == []


async def test_a_channel_is_answered_by_edits(workspace: Workspace, model: Model) -> None:
    await model.will_say(TEXT, tokens_per_s=15)
    ts = await workspace.say(ANN, "@Parley go on")

    async def there() -> bool:
        replies = await workspace.replies(ts, GENERAL)
        return bool(replies) and is_settled(replies[0])

    await until(there)
    assert await workspace.calls("chat.startStream") == []


async def test_a_stream_that_slack_ends_goes_on_by_edits(workspace: Workspace, model: Model) -> None:
    await workspace.patch("/control/rules", stream_lifetime_s=0.5)
    await whole(workspace, await ask(workspace, model))
    assert await workspace.calls("chat.update") != []
    assert len(await workspace.calls("chat.startStream")) == 1


@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream"])
@pytest.mark.parametrize("kind", ["lose", "drop", "limited"])
async def test_nothing_is_lost_or_repeated_whatever_a_call_meets(
    workspace: Workspace, model: Model, method: str, kind: str
) -> None:
    await workspace.fault(method, kind)
    await whole(workspace, await ask(workspace, model))


async def test_a_stream_whose_start_was_not_heard_of_is_gone_on_with_when_the_answer_is_whole(
    workspace: Workspace, model: Model
) -> None:
    await workspace.fault("chat.startStream", "lose")
    await model.will_say(chunks=["All at once."], hold=True, hold_after=1)
    ts = await workspace.say(ANN, "go on", ANNS)

    async def streaming() -> bool:
        held = (await model.get("/control/answers"))["held"]
        return held and any(reply["streaming"] for reply in await workspace.replies(ts, ANNS))

    await until(streaming)
    await model.post("/control/release")
    assert not (await whole(workspace, ts, "All at once."))["streaming"]


async def test_a_workspace_that_knows_no_streams_is_asked_once(workspace: Workspace, model: Model) -> None:
    body = '{"ok":false,"error":"unknown_method"}'
    await workspace.fault("chat.startStream", "status", status=200, body=body, times=9)
    for _ in range(2):
        await whole(workspace, await ask(workspace, model))
    assert len(await workspace.calls("chat.startStream")) == 1


async def test_slacks_own_stop_ends_the_stream_and_the_model_call(workspace: Workspace, model: Model) -> None:
    ts = await ask(workspace, model, hold=True, hold_after=8)

    async def streaming() -> bool:
        return any(reply["streaming"] for reply in await workspace.replies(ts, ANNS))

    await until(streaming)
    await workspace.post("/control/stop", user=ANN, channel=ANNS, thread_ts=ts)

    async def stopped() -> bool:
        (reply,) = await workspace.replies(ts, ANNS)
        return shown(reply).endswith(f"_{texts.STOPPED}_")

    await until(stopped, 2.0)
    assert (await model.get("/control/requests"))["requests"][-1]["disconnected"]


async def test_a_streamed_answer_is_made_anew_in_its_place(workspace: Workspace, model: Model) -> None:
    ts = await ask(workspace, model)
    first = await whole(workspace, ts)
    await model.will_say("Other.")
    await workspace.post("/control/actions", user=ANN, channel=ANNS, ts=first["ts"], action_id="reply_again")
    second = await whole(workspace, ts, "Other.")
    assert second["ts"] == first["ts"]

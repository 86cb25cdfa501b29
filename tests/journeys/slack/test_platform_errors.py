import json
from itertools import pairwise
from typing import Any

import pytest

from core import texts
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, BEN, GENERAL, Workspace, is_settled, shown

pytestmark = pytest.mark.usefixtures("parley")

FINAL = [
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "restricted_action",
    "invalid_auth",
    "account_inactive",
    "token_revoked",
    "missing_scope",
    "msg_too_long",
]
PASSING = [
    "ratelimited",
    "rate_limited",
    "message_limit_exceeded",
    "internal_error",
    "service_unavailable",
    "new_error",
]
HINTS = {
    "not_in_channel": texts.NOT_IN_CHANNEL,
    "is_archived": texts.ARCHIVED,
    "restricted_action": texts.MAY_NOT_POST,
}


async def refuse(workspace: Workspace, method: str, error: str, times: int, **more: Any) -> None:
    body = json.dumps({"ok": False, "error": error})
    await workspace.fault(method, "status", status=200, body=body, times=times, **more)


async def goes_on(workspace: Workspace, model: Model, ts: str) -> None:
    """The thread is not stuck: the next question in it is answered."""
    await model.will_say("Going on.")
    await workspace.say(ANN, "and now?", thread_ts=ts)

    async def answered() -> bool:
        return any(shown(reply) == "Going on." for reply in await workspace.replies(ts))

    await until(answered)


@pytest.mark.parametrize("error", FINAL)
async def test_a_post_that_is_refused_for_good_is_not_tried_again(
    workspace: Workspace, model: Model, error: str
) -> None:
    await refuse(workspace, "chat.postMessage", error, 2)
    await model.will_say("Lost.")
    ts = await workspace.say(ANN, "@Parley hello")

    async def refused() -> bool:
        return len(await workspace.calls("chat.postMessage")) >= 1

    await until(refused)
    await workspace.delete("/control/faults")
    await goes_on(workspace, model, ts)
    in_thread = [call for call in await workspace.calls("chat.postMessage") if call["args"]["channel"] == GENERAL]
    assert len(in_thread) == 2
    assert not any(shown(reply) == "Lost." for reply in await workspace.replies(ts))


@pytest.mark.parametrize("error", FINAL)
async def test_an_edit_that_is_refused_for_good_is_not_tried_again(
    workspace: Workspace, model: Model, error: str
) -> None:
    await refuse(workspace, "chat.update", error, 50)
    await model.will_say("One two three", tokens_per_s=4)
    ts = await workspace.say(ANN, "@Parley hello")

    async def refused() -> bool:
        return len(await workspace.calls("chat.update")) == 1

    await until(refused)
    await workspace.delete("/control/faults")
    await goes_on(workspace, model, ts)
    edited = [call["args"]["ts"] for call in await workspace.calls("chat.update")]
    assert edited.count(edited[0]) == 1


@pytest.mark.parametrize("error", PASSING)
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_what_passes_is_tried_again_until_the_answer_is_whole(
    workspace: Workspace, model: Model, method: str, error: str
) -> None:
    await refuse(workspace, method, error, 1)
    await model.will_say("One two three four", tokens_per_s=8)
    ts = await workspace.say(ANN, "@Parley hello")
    await workspace.reply(ts, "One two three four", settled=True)
    assert len(await workspace.replies(ts)) == 1
    assert len(await workspace.calls(method)) <= 6


async def test_a_message_that_is_gone_ends_its_reply(workspace: Workspace, model: Model) -> None:
    await refuse(workspace, "chat.update", "message_not_found", 50)
    await model.will_say("One two three", tokens_per_s=4)
    ts = await workspace.say(ANN, "@Parley hello")

    async def refused() -> bool:
        return len(await workspace.calls("chat.update")) == 1

    await until(refused)
    await workspace.delete("/control/faults")
    await goes_on(workspace, model, ts)
    edited = [call["args"]["ts"] for call in await workspace.calls("chat.update")]
    assert edited.count(edited[0]) == 1


@pytest.mark.parametrize("error", HINTS)
async def test_whoever_asked_is_told_what_can_be_done(workspace: Workspace, model: Model, error: str) -> None:
    await refuse(workspace, "chat.postMessage", error, 1)
    await workspace.say(BEN, "@Parley hello")

    async def told() -> str:
        return "".join(message["text"] for message in (await workspace.state())["messages"]["D0BEN00001"])

    assert await until(told) == HINTS[error].format(channel=f"<#{GENERAL}>")


async def test_whoever_asked_is_told_why_an_answer_ends_in_the_middle(workspace: Workspace, model: Model) -> None:
    await refuse(workspace, "chat.update", "is_archived", 50)
    await model.will_say("One two three", tokens_per_s=4)
    await workspace.say(BEN, "@Parley hello")

    async def told() -> str:
        return "".join(message["text"] for message in (await workspace.state())["messages"]["D0BEN00001"])

    assert await until(told) == texts.ARCHIVED.format(channel=f"<#{GENERAL}>")


async def test_a_hint_that_cannot_be_given_is_given_up(workspace: Workspace, model: Model) -> None:
    await refuse(workspace, "chat.postMessage", "restricted_action", 2)
    ts = await workspace.say(ANN, "@Parley hello")

    async def tried() -> bool:
        return len(await workspace.calls("chat.postMessage")) == 2

    await until(tried)
    await goes_on(workspace, model, ts)
    assert len(await workspace.calls("chat.postMessage")) == 3


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_a_fraction_in_retry_after_is_waited_for(workspace: Workspace, model: Model, method: str) -> None:
    limited = {"status": 429, "headers": {"Retry-After": "1.5"}, "body": '{"ok":false,"error":"ratelimited"}'}
    await workspace.fault(method, "status", **limited)
    await model.will_say("One two three four", tokens_per_s=8)
    ts = await workspace.say(ANN, "@Parley hello")
    await workspace.reply(ts, "One two three four", settled=True)
    calls = await workspace.calls(method)
    first = next(call for call in calls if not call["ok"])
    after = [call["at"] - first["at"] for call in calls if call["at"] > first["at"]]
    assert 1.4 < min(after) < 3.0


async def test_a_limit_that_names_no_time_is_met_less_and_less_often(workspace: Workspace, model: Model) -> None:
    await refuse(workspace, "chat.postMessage", "rate_limited", 2)
    await model.will_say("At last.")
    ts = await workspace.say(ANN, "@Parley hello")

    async def settled() -> bool:
        replies = await workspace.replies(ts)
        return bool(replies) and is_settled(replies[0])

    await until(settled, 30.0)
    stamps = [call["at"] for call in await workspace.calls("chat.postMessage")]
    gaps = [later - earlier for earlier, later in pairwise(stamps)]
    assert len(gaps) == 2
    assert gaps[0] < gaps[1]

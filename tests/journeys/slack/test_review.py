"""What people edited and deleted while Parley was down."""

import pytest

from bots.service import serving
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.slack.test_catch_up import held, known
from tests.journeys.slack.workspace import ANN, BEN, GENERAL, RANDOM, Workspace, shown

SLACK = frozenset({Platform.SLACK})


@pytest.fixture(autouse=True)
async def gives_up_at_once(workspace: Workspace) -> None:
    """What no connection takes is delivered at no later time, as after Slack's last try."""
    await workspace.patch("/control/rules", redelivery_delays_s=[])


async def told(workspace: Workspace, model: Model, thread: str, said: str, number: int) -> str:
    """Somebody says something in a thread, and is answered; the message."""
    await model.will_say(f"Noted {number}.")
    ts = await workspace.say(BEN, said, thread_ts=thread)
    await workspace.reply(thread, f"Noted {number}.", number=number, settled=True)
    return ts


async def turns(workspace: Workspace, model: Model, thread: str, number: int) -> list[str]:
    """What the model is told of a thread by now."""
    await told(workspace, model, thread, "And now?", number)
    return [turn["content"] for turn in (await model.messages())[1:]]


async def test_what_was_edited_while_parley_was_away_is_read_as_it_is_now(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    async with serving(settings, SLACK):
        thread = await held(workspace, model)
        said = await told(workspace, model, thread, "My colour is red.", 2)
    await workspace.patch("/control/messages", user=ANN, channel=GENERAL, ts=thread, text="@Parley good day")
    await workspace.patch("/control/messages", user=BEN, channel=GENERAL, ts=said, text="My colour is blue.")
    async with serving(settings, SLACK):

        async def reviewed() -> bool:
            return known(settings, "good day") and known(settings, "My colour is blue.")

        await until(reviewed)
        assert await turns(workspace, model, thread, 3) == [
            "Ann: good day",
            "Hello.",
            "Ben: My colour is blue.",
            "Noted 2.",
            "Ben: And now?",
        ]


async def test_what_was_deleted_while_parley_was_away_is_forgotten(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    async with serving(settings, SLACK):
        thread = await held(workspace, model)
        said = await told(workspace, model, thread, "My secret is one.", 2)
        await told(workspace, model, thread, "My colour is red.", 3)
        gone = await held(workspace, model, RANDOM, "Hello there.")
    (noted,) = [one for one in await workspace.replies(thread) if shown(one) == "Noted 2."]
    for channel, ts in ((GENERAL, thread), (GENERAL, said), (GENERAL, noted["ts"])):
        await workspace.delete(f"/control/messages?user=ann&channel={channel}&ts={ts}")
    for message in (*await workspace.replies(gone, RANDOM), {"ts": gone}):
        await workspace.delete(f"/control/messages?user=ann&channel={RANDOM}&ts={message['ts']}")
    async with serving(settings, SLACK):

        async def reviewed() -> bool:
            return not any(known(settings, text) for text in ("hello", "My secret is one.", "Noted 2.", "Hello there."))

        await until(reviewed)
        assert await turns(workspace, model, thread, 3) == [
            "Parley (earlier): Hello.\n\nBen: My colour is red.",
            "Noted 3.",
            "Ben: And now?",
        ]

from typing import Any

import pytest

from core import texts
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, BEN, GENERAL, Workspace

pytestmark = pytest.mark.usefixtures("parley")
LEADERSHIP = "C0LEADERS1"


async def ask_about(workspace: Workspace, user: str, ts: str, question: str, channel: str = GENERAL) -> dict[str, Any]:
    """Choose the shortcut on a message and send the form off; the form."""
    await workspace.post("/control/shortcuts", user=user, callback_id="ask_about", channel=channel, ts=ts)
    form = await workspace.form(user)
    values = {"question": {"question": question}}
    await workspace.post(f"/control/views/{form['id']}/submit", user=user, values=values)
    return form


async def test_a_question_about_a_message_is_asked_and_answered_in_its_thread(
    workspace: Workspace, model: Model
) -> None:
    await model.will_say("At noon.")
    ts = await workspace.say(BEN, "The oven is off until 12 & <https://bakery.example|later>.")
    form = await ask_about(workspace, ANN, ts, "When can I bake?")
    assert "The oven is off until 12 & [later](https://bakery.example)." in str(form["blocks"])
    await workspace.reply(ts, "At noon.", number=2)
    echo = (await workspace.replies(ts))[0]
    assert echo["text"] == "<@U0ANN00001> asks: When can I bake?"
    asked = (await model.messages())[-1]["content"]
    assert "Ben: The oven is off until 12" in asked
    assert asked.endswith(
        "Ann: About this message:\n> The oven is off until 12 & [later](https://bakery.example).\n\nWhen can I bake?"
    )


async def test_the_conversation_goes_on_without_a_mention(workspace: Workspace, model: Model) -> None:
    await model.will_say("At noon.")
    ts = await workspace.say(BEN, "The oven is off.")
    await ask_about(workspace, ANN, ts, "Until when?")
    await workspace.reply(ts, "At noon.", number=2)
    await model.will_say("Yes.")
    await workspace.say(BEN, "For sure?", thread_ts=ts)
    await workspace.reply(ts, "Yes.", number=3)
    assert (await model.messages())[-1]["content"] == "Ben: For sure?"


async def test_where_parley_is_not_a_member_the_form_says_what_to_do(workspace: Workspace, model: Model) -> None:
    ts = await workspace.say(BEN, "Secret plans.", channel=LEADERSHIP)
    await ask_about(workspace, ANN, ts, "What?", LEADERSHIP)

    async def refused() -> dict[str, str] | None:
        views = await workspace.views(ANN)
        return views[-1].get("errors") if views else None

    assert await until(refused) == {"question": texts.ASK_NEEDS_ME}
    assert await model.requests() == []


async def test_mentions_in_a_question_notify_nobody_else(workspace: Workspace, model: Model) -> None:
    ts = await workspace.say(BEN, "hello")
    await ask_about(workspace, ANN, ts, "<!channel> who is <@U0CHLOE001>?")

    async def asked() -> bool:
        return bool(await workspace.replies(ts))

    await until(asked)
    assert {ping["who"] for ping in (await workspace.state())["pings"]} <= {"U0ANN00001"}

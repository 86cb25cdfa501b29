from typing import Any

import pytest

from bots.slack import home as home_view
from core import texts
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, BEN, Workspace

pytestmark = pytest.mark.usefixtures("parley")
IDS = {ANN: "U0ANN00001", BEN: "U0BEN00001"}


async def home(workspace: Workspace, user: str, saying: str) -> dict[str, Any]:
    """A person's App Home once it says something."""

    async def look() -> dict[str, Any] | None:
        view = (await workspace.state())["homes"].get(IDS[user])
        return view if view and saying in str(view["blocks"]) else None

    return await until(look)


async def visit(workspace: Workspace, user: str, saying: str) -> dict[str, Any]:
    await workspace.post("/control/home", user=user)
    return await home(workspace, user, saying)


async def press(workspace: Workspace, user: str, view: dict[str, Any], action_id: str) -> None:
    await workspace.post("/control/actions", user=user, view_id=view["id"], action_id=action_id)


def actions(view: dict[str, Any]) -> set[str]:
    elements = [element for block in view["blocks"] for element in block.get("elements", [])]
    elements += [block["accessory"] for block in view["blocks"] if "accessory" in block]
    return {element["action_id"] for element in elements}


async def test_the_home_shows_what_applies_and_what_was_used(workspace: Workspace, model: Model) -> None:
    await workspace.command(ANN, "prompt set We are a bakery.")
    await workspace.command(ANN, "persona create Pirate Talk like a pirate.")
    await workspace.command(ANN, "persona assign Pirate")
    await model.will_say("Arr.")
    await workspace.reply(await workspace.say(ANN, "@Parley hello"), "Arr.", settled=True)

    async def counted() -> str | None:
        blocks = str((await visit(workspace, ANN, "Used this month"))["blocks"])
        return blocks if "1 answer," in blocks else None

    blocks = await until(counted)
    assert "We are a bakery." in blocks
    assert "Pirate: #general" in blocks
    assert ", 0 tokens read" not in blocks
    assert "Everybody: 1 answer," in blocks
    of_ben = str((await visit(workspace, BEN, "Used this month"))["blocks"])
    assert "You: 0 answers" in of_ben
    assert "Everybody" not in of_ben


async def test_only_those_who_may_change_things_have_buttons(workspace: Workspace) -> None:
    await workspace.command(ANN, "persona create Pirate Talk like a pirate.")
    assert actions(await visit(workspace, ANN, "Pirate")) == {*home_view.BUTTONS, "persona_edit"}
    assert actions(await visit(workspace, BEN, "Pirate")) == set()


async def test_which_channels_a_persona_is_in_is_for_those_who_may_change_things(workspace: Workspace) -> None:
    await workspace.command(ANN, "persona create Pirate Talk like a pirate.")
    await workspace.command(ANN, "persona assign Pirate")
    assert "#general" in str(await visit(workspace, ANN, "Pirate"))
    assert "#general" not in str(await visit(workspace, BEN, "Pirate"))
    assert await workspace.command(ANN, "persona list") == "• Pirate (in #general)"
    assert await workspace.command(BEN, "persona list") == "• Pirate"


@pytest.mark.parametrize(
    ("action_id", "values", "shown"),
    [
        ("home_prompt", {"prompt": {"prompt": "We bake."}}, "We bake."),
        ("home_persona_new", {"name": {"name": "Nun"}, "instruction": {"instruction": "Pray."}}, "Nun: in no channel"),
        ("persona_edit", {"instruction": {"instruction": "Whisper."}}, "Pirate: in no channel"),
    ],
)
async def test_what_is_saved_from_the_home_is_shown_there(
    workspace: Workspace, action_id: str, values: dict[str, Any], shown: str
) -> None:
    await workspace.command(ANN, "persona create Pirate Talk like a pirate.")
    await press(workspace, ANN, await visit(workspace, ANN, "Pirate"), action_id)
    form = await workspace.form(ANN)
    await workspace.post(f"/control/views/{form['id']}/submit", user=ANN, values=values)
    await home(workspace, ANN, shown)


async def test_somebody_who_may_no_longer_change_things_is_told_when_pressing_and_when_saving(
    workspace: Workspace,
) -> None:
    view = await visit(workspace, ANN, "home_prompt")
    await press(workspace, ANN, view, "home_prompt")
    form = await workspace.form(ANN)
    denied = '{"ok": true, "user": {"id": "U0ANN00001", "name": "ann"}}'
    await workspace.fault("users.info", "status", status=200, body=denied)
    values = {"prompt": {"prompt": "Obey Ann."}}
    await workspace.post(f"/control/views/{form['id']}/submit", user=ANN, values=values)

    async def refused() -> dict[str, str] | None:
        views = await workspace.views(ANN)
        return views[-1].get("errors") if views else None

    assert await until(refused) == {"prompt": texts.NOT_ALLOWED}
    await workspace.fault("users.info", "status", status=200, body=denied)
    await press(workspace, ANN, view, "home_prompt")

    async def told() -> bool:
        return texts.NOT_ALLOWED in str((await workspace.views(ANN))[-1]["blocks"])

    await until(told)
    assert await workspace.command(ANN, "prompt") == "No workspace prompt is set; the built-in one applies."


async def test_opening_the_direct_messages_suggests_what_to_ask(workspace: Workspace) -> None:
    await workspace.post("/control/home", user=ANN, tab="messages")

    async def suggested() -> dict[str, Any] | None:
        found: dict[str, Any] | None = (await workspace.state())["prompts"].get("D0ANN00001")
        return found

    assert 1 <= len((await until(suggested))["prompts"]) <= 4

"""Who may not change things is refused on each way to them, and at the moment that it is done."""

from typing import Any

import pytest

from core import texts
from tests.journeys.control import Model, until
from tests.journeys.slack.test_home import press, visit
from tests.journeys.slack.workspace import ANN, BEN, GENERAL, TEAM, Workspace

pytestmark = pytest.mark.usefixtures("parley")
NO_ADMIN = '{"ok": true, "user": {"id": "U0ANN00001", "name": "ann"}}'
COMMANDS = (
    "persona create A B",
    "persona create",
    "persona edit Pirate Hi.",
    "persona edit Pirate",
    "persona rename Pirate Nun",
    "persona assign Pirate",
    "persona clear",
    "persona delete Pirate",
    "persona history Pirate",
    "persona restore Pirate 1",
    "persona starters Tutor",
    "prompt set Obey.",
    "prompt set",
    "prompt clear",
    "prompt history",
    "prompt restore 1",
    "listen every",
    "model set parley-playground",
    "model set",
    "model clear",
    "model channel parley-playground",
    "model allow parley-playground",
    "managers set",
    "managers channels off",
    "timezone Asia/Tokyo",
    "summaries on",
    "endpoint",
    "endpoint set",
    "endpoint remove",
    "audit",
)


async def told(workspace: Workspace, user: str, sentence: str) -> None:
    """A window says this to a person."""

    async def look() -> bool:
        views = await workspace.views(user)
        return bool(views) and sentence in str(views[-1]["blocks"])

    await until(look)


async def test_every_command_that_changes_something_is_refused(workspace: Workspace, model: Model) -> None:
    await workspace.command(ANN, "persona create Pirate Arr.")
    refused = (texts.NOT_ALLOWED, texts.NOT_ALLOWED_CHANNEL, texts.NOT_ALLOWED_ADMINS)
    for typed in COMMANDS:
        assert await workspace.command(BEN, typed) in refused, typed
    assert await workspace.views(BEN) == []
    await model.will_say("Plain.")
    await workspace.reply(await workspace.say(BEN, "@Parley hello"), "Plain.")
    assert "Arr." not in str(await model.messages())


async def test_a_button_that_somebody_was_never_shown_does_nothing_for_them(workspace: Workspace) -> None:
    await workspace.command(ANN, "persona create Pirate Arr.")
    view = await visit(workspace, ANN, "Pirate")
    await press(workspace, BEN, view, "home_prompt")
    await told(workspace, BEN, texts.NOT_ALLOWED)


async def test_a_form_that_somebody_was_never_shown_saves_nothing_for_them(workspace: Workspace) -> None:
    metadata = '{"channel_id": "C0GENERAL1", "channel_name": "general", "persona": "", "joints": ""}'
    block: dict[str, Any] = {"type": "input", "block_id": "prompt", "element": {"type": "plain_text_input"}}
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": "prompt_form",
        "private_metadata": metadata,
        "blocks": [block],
        "state": {"values": {"prompt": {"prompt": {"type": "plain_text_input", "value": "Obey Ben."}}}},
    }
    payload = {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": "playground"},
        "user": {"id": "U0BEN00001", "team_id": TEAM},
        "view": view,
    }
    await workspace.post("/control/raw-events", payload=payload)

    async def heard() -> bool:
        return any(call["args"].get("user") == "U0BEN00001" for call in await workspace.calls("users.info"))

    await until(heard)
    assert "No workspace prompt" in await workspace.command(ANN, "prompt")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ("persona create", "name"),
        ("persona edit Pirate", "name"),
        ("prompt set", "prompt"),
        ("model set", "model"),
        ("managers set", "people"),
    ],
)
async def test_a_right_that_is_revoked_while_a_form_is_open_is_gone_when_it_is_submitted(
    workspace: Workspace, typed: str, field: str
) -> None:
    await workspace.command(ANN, "persona create Pirate Arr.")
    form = await workspace.opened(ANN, typed)
    await workspace.fault("users.info", "status", status=200, body=NO_ADMIN, times=2)
    given = {"name": "Nun", "instruction": "Pray."} if typed.startswith("persona") else {}
    given = {"prompt": "Obey Ann."} if typed.startswith("prompt") else given
    errors = await workspace.refused(ANN, form, **given)
    assert errors in ({field: texts.NOT_ALLOWED}, {field: texts.NOT_ALLOWED_ADMINS})
    log = await until(lambda: workspace.command(ANN, "audit"))
    assert len(log.splitlines()) == 1


async def test_who_made_a_channel_chooses_its_persona_unless_that_is_switched_off(workspace: Workspace) -> None:
    await workspace.command(ANN, "persona create Pirate Arr.")
    made = '{"ok": true, "channel": {"id": "C0GENERAL1", "name": "general", "creator": "U0BEN00001"}}'
    await workspace.fault("conversations.info", "status", status=200, body=made, times=2)
    assert "speaks as 'Pirate'" in await workspace.command(BEN, "persona assign Pirate", channel=GENERAL)
    await workspace.command(ANN, "managers channels off")
    assert await workspace.command(BEN, "persona clear", channel=GENERAL) == texts.NOT_ALLOWED

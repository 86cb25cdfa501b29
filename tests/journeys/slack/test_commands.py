from typing import Any

import pytest

from core.fields import INSTRUCTION_LIMIT
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, GENERAL, Workspace

pytestmark = pytest.mark.usefixtures("parley")
LONG = "\n".join(f"Rule {number}: " + "be kind. " * 20 for number in range(200))[:INSTRUCTION_LIMIT].strip()


def values_of(form: dict[str, Any]) -> dict[str, str]:
    """What stands in each input of a form."""
    inputs = [block for block in form["blocks"] if block["type"] == "input"]
    return {block["block_id"]: block["element"].get("initial_value", "") for block in inputs}


async def test_an_unknown_command_says_what_may_have_been_meant(workspace: Workspace) -> None:
    for typed, said in (
        ("persona lst", "Did you mean `/parley persona list`?"),
        ("promt set", "Did you mean `/parley prompt set`?"),
        ("what is the weather like?", "To ask me something, mention me"),
        ("`" * 500, "I don't know"),
    ):
        assert said in await workspace.command(ANN, typed), typed


async def test_the_help_in_a_direct_message_says_how_to_ask_there(workspace: Workspace) -> None:
    assert (await workspace.command(ANN, "help", channel="D0ANN00001")).startswith("Write to me here")
    assert (await workspace.command(ANN, "help")).startswith("Mention me in a channel")


async def test_a_persona_of_full_length_is_edited_in_a_form_without_losing_a_character(workspace: Workspace) -> None:
    await workspace.command(ANN, f"persona create Judge {LONG}")
    await workspace.post("/control/commands", user=ANN, channel=GENERAL, command="/parley", text="persona edit Judge")
    form = await workspace.form(ANN)
    assert len([name for name in values_of(form) if name.startswith("instruction")]) == 7
    await workspace.saved(ANN, form)
    before = len((await workspace.state())["ephemerals"])
    await workspace.command(ANN, "persona show Judge")

    async def whole() -> bool:
        said = (await workspace.state())["ephemerals"][before:]
        sections = [block for one in said for block in one["blocks"] if block["type"] == "section"]
        return "".join(section["text"]["text"] for section in sections) == f"Judge:\n{LONG}"

    await until(whole)


async def test_a_long_workspace_prompt_is_written_over_several_inputs(workspace: Workspace, model: Model) -> None:
    await workspace.post("/control/commands", user=ANN, channel=GENERAL, command="/parley", text="prompt set")
    form = await workspace.form(ANN)
    await workspace.saved(ANN, form, prompt="We are a bakery.", prompt_2="We never sleep.")
    assert await workspace.command(ANN, "prompt show") == "We are a bakery.\nWe never sleep."

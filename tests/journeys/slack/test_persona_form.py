"""All of a persona is set in a form, and comes to the model and to the thread."""

from typing import Any

import pytest

from core.fields import INSTRUCTION_LIMIT
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, BEN, GENERAL, Workspace

pytestmark = pytest.mark.usefixtures("parley")
MODEL = "parley-playground"
WHOLE = {
    "name": "Pirate",
    "instruction": "Talk like a pirate in {channel}.",
    "instruction_2": "Never say {{hello}}.",
    "model": MODEL,
    "effort": "low",
    "temperature": "0,7",
    "display_name": "Captain Parley",
    "icon": ":pirate_flag:",
}
LONG = "".join(f"Rule {number}: be kind to everybody.\n" for number in range(700))[:INSTRUCTION_LIMIT].strip()


async def asked(workspace: Workspace, model: Model) -> dict[str, Any]:
    """What the model is asked when Ann says hello in #general."""
    before = len(await model.requests())
    await workspace.say(ANN, "@Parley hello")

    async def look() -> dict[str, Any] | None:
        requests = await model.requests()
        return requests[-1] if len(requests) > before else None

    return await until(look)


async def widened(workspace: Workspace, block_id: str) -> None:
    async def look() -> bool:
        return block_id in str((await workspace.views(ANN))[-1]["blocks"])

    await until(look)


async def test_what_an_admin_sets_in_the_form_is_what_the_next_answer_is_asked_with(
    workspace: Workspace, model: Model
) -> None:
    await workspace.saved(ANN, await workspace.opened(ANN, "persona create"), **WHOLE)
    await workspace.command(ANN, "persona assign Pirate")
    request = await asked(workspace, model)
    assert "Talk like a pirate in general.\nNever say {hello}." in request["messages"][0]["content"]
    assert (request["model"], request["temperature"], request["reasoning_effort"]) == (MODEL, 0.7, "low")


async def test_the_form_shows_what_is_set_and_an_empty_field_takes_it_back(workspace: Workspace, model: Model) -> None:
    await workspace.saved(ANN, await workspace.opened(ANN, "persona create"), **WHOLE)
    form = await workspace.opened(ANN, "persona edit Pirate")
    shown = {block["block_id"]: block["element"] for block in form["blocks"] if block["type"] == "input"}
    assert shown["temperature"]["initial_value"] == "0.7"
    assert shown["model"]["initial_option"]["value"] == MODEL
    assert shown["effort"]["initial_option"]["value"] == "low"
    assert shown["icon"]["initial_value"] == ":pirate_flag:"
    await workspace.saved(ANN, form, name="Captain", model="-", effort="-", temperature="")
    await workspace.command(ANN, "persona assign Captain")
    request = await asked(workspace, model)
    assert not {"temperature", "reasoning_effort"} & set(request)
    assert "Answers as: :pirate_flag: Captain Parley" in await workspace.command(BEN, "persona show Captain")


async def test_everything_that_is_wrong_is_said_at_once_beside_its_field_and_nothing_is_lost(
    workspace: Workspace,
) -> None:
    await workspace.command(ANN, "persona create Pirate Arr.")
    form = await workspace.opened(ANN, "persona create")
    wrong = {"name": "pirate", "instruction": "In {nowhere}.", "temperature": "hot", "icon": "a picture"}
    errors = await workspace.refused(ANN, form, **wrong, tools="a/b", display_name="Captain")
    assert set(errors) == {"name", "instruction", "temperature", "icon", "tools"}
    assert "already a persona" in errors["name"]
    assert "{nowhere}" in errors["instruction"]
    kept = (await workspace.views(ANN))[-1]["state"]["values"]
    assert kept["instruction"]["instruction"]["value"] == "In {nowhere}."
    errors = await workspace.refused(ANN, form, name="", instruction="", temperature="", icon="", tools="")
    assert set(errors) == {"name", "instruction"}
    right = {"name": "Nun", "instruction": "Pray.", "temperature": "1", "icon": "https://example.com/nun.png"}
    await workspace.saved(ANN, form, **right, tools="")
    assert "Answers as: https://example.com/nun.png Captain" in await workspace.command(BEN, "persona show Nun")


async def test_there_is_room_for_a_whole_instruction_and_none_that_is_too_long(workspace: Workspace) -> None:
    form = await workspace.opened(ANN, "persona create Judge")
    for number in range(3, 8):
        await workspace.post("/control/actions", user=ANN, view_id=form["id"], action_id="more_room")
        await widened(workspace, f"instruction_{number}")
    assert "more_room" not in str((await workspace.views(ANN))[-1]["blocks"])
    parts = {f"instruction_{number}": "x" * 3_000 for number in range(2, 8)}
    errors = await workspace.refused(ANN, form, instruction="x" * 3_000, **parts)
    assert errors == {"instruction": "An instruction has at most 20,000 characters; this one has 21,006."}
    await workspace.saved(ANN, form, instruction_7="x" * 1_994)
    assert "Judge" in await workspace.command(BEN, "persona list")


@pytest.mark.parametrize("content", [LONG, "Whisper."])
async def test_an_instruction_comes_from_a_file(workspace: Workspace, model: Model, content: str) -> None:
    files = [{"name": "judge.md", "text": content}]
    await workspace.say(ANN, "here it is", channel="D0ANN00001", files=files)
    file = (await workspace.state())["messages"]["D0ANN00001"][0]["files"][0]
    form = await workspace.opened(ANN, "persona create Judge")
    await workspace.saved(ANN, form, file=[file])
    await workspace.command(ANN, "persona assign Judge")
    assert content in (await asked(workspace, model))["messages"][0]["content"]


async def test_a_file_that_is_no_text_is_refused_in_the_form(workspace: Workspace) -> None:
    await workspace.say(ANN, "look", channel="D0ANN00001", files=[{"name": "a.md", "content": "/////w=="}])
    file = (await workspace.state())["messages"]["D0ANN00001"][0]["files"][0]
    errors = await workspace.refused(ANN, await workspace.opened(ANN, "persona create Judge"), file=[file])
    assert errors == {"file": "The file is not a text."}


async def test_what_a_persona_was_is_told_and_restored(workspace: Workspace, model: Model) -> None:
    await workspace.command(ANN, "persona create Pirate Arr.")
    await workspace.command(ANN, "persona edit Pirate Ahoy.")
    await workspace.command(ANN, 'persona rename Pirate "Sea Captain"')
    await workspace.command(ANN, "persona delete Sea Captain")
    history = (await workspace.command(ANN, "persona history Sea Captain")).splitlines()
    assert [line.split(", ")[2].split(" ")[0] for line in history] == [
        "persona.delete",
        "persona.rename",
        "persona.edit",
        "persona.create",
    ]
    assert all(", ann, " in line for line in history)
    number = history[-1].split(":")[0].removeprefix("• ")
    said = await workspace.command(ANN, f'persona restore "Sea Captain" {number}')
    assert "restored" in said
    assert "Arr." in await workspace.command(ANN, "persona show Pirate")


async def test_a_persona_to_begin_with_is_taken(workspace: Workspace) -> None:
    listed = await workspace.command(BEN, "persona starters")
    assert "Tutor" in listed
    assert "'Tutor' is made" in await workspace.command(ANN, "persona starters Tutor")
    assert "Tutor" in await workspace.command(BEN, "persona list")


async def test_a_persona_answers_under_its_own_name_and_picture_and_keeps_them_when_edited(
    workspace: Workspace, model: Model
) -> None:
    await workspace.saved(ANN, await workspace.opened(ANN, "persona create"), **WHOLE)
    await workspace.command(ANN, "persona assign Pirate")
    await model.will_say("Ahoy there, friend of mine!", tokens_per_s=20)
    ts = await workspace.say(ANN, "@Parley hello")
    reply = await workspace.reply(ts, "Ahoy there, friend of mine!", settled=True)
    assert (reply["username"], reply["icons"]) == ("Captain Parley", {"emoji": ":pirate_flag:"})
    await model.will_say("Again.")
    await workspace.say(BEN, "and again", thread_ts=ts)
    await workspace.reply(ts, "Again.", number=2)
    roles = [message["role"] for message in await model.messages()]
    assert roles == ["system", "user", "assistant", "user"]


async def test_without_the_scope_a_persona_answers_under_parleys_name(workspace: Workspace, model: Model) -> None:
    scopes = [one for one in (await workspace.get("/control/rules"))["scopes"] if one != "chat:write.customize"]
    await workspace.patch("/control/rules", scopes=scopes)
    await workspace.saved(ANN, await workspace.opened(ANN, "persona create"), **WHOLE)
    await workspace.command(ANN, "persona assign Pirate")
    for number, text in enumerate(("Ahoy.", "Arr."), 1):
        await model.will_say(text)
        ts = await workspace.say(ANN, f"@Parley hello {number}")
        assert "username" not in await workspace.reply(ts, text, settled=True)
    refused = [call for call in await workspace.calls("chat.postMessage") if call["args"].get("username")]
    assert len(refused) == 1


async def test_the_model_is_told_the_topic_of_the_channel(workspace: Workspace, model: Model) -> None:
    topic = next(one["topic"] for one in (await workspace.state())["channels"] if one["id"] == GENERAL)
    assert topic
    assert "made" in await workspace.command(ANN, "persona create Host Welcome people to {channel}: {topic}.")
    await workspace.command(ANN, "persona assign Host")
    told = (await asked(workspace, model))["messages"][0]["content"].split("\n\n")
    assert f"Welcome people to general: {topic}." in told

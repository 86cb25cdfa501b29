import pytest

from core.configurations import Configurations
from core.people import WorkspaceRef, operator
from core.personas import Personas
from core.settings import Settings
from core.workspace import WorkspaceSettings
from storage.database import Database
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, BEN, GENERAL, RANDOM, TEAM, Workspace

pytestmark = pytest.mark.usefixtures("parley")

BEN_ID = "U0BEN00001"


async def system_prompt(workspace: Workspace, model: Model, channel: str = GENERAL) -> str:
    """What the model is told in a channel right now."""
    before = len(await model.requests())
    await workspace.say(ANN, "@Parley hello", channel=channel)

    async def asked() -> bool:
        return len(await model.requests()) > before

    await until(asked)
    return str((await model.messages())[0]["content"])


async def test_a_persona_set_by_command_speaks_from_the_next_message_on(workspace: Workspace, model: Model) -> None:
    assert "pirate" not in await system_prompt(workspace, model)
    assert "'Pirate' is made" in await workspace.command(ANN, "persona create Pirate Talk like a pirate.")
    assert "#general speaks as 'Pirate'" in await workspace.command(ANN, "persona assign pirate")
    assert "Talk like a pirate." in await system_prompt(workspace, model)
    assert "pirate" not in await system_prompt(workspace, model, RANDOM)


async def test_a_persona_comes_after_the_workspace_prompt_and_before_the_facts(
    workspace: Workspace, model: Model
) -> None:
    await workspace.command(ANN, "prompt set We are a bakery.")
    await workspace.command(ANN, "persona create Pirate Talk like a pirate.")
    await workspace.command(ANN, "persona assign Pirate")
    layers = (await system_prompt(workspace, model)).split("\n\n")
    assert layers[:2] == ["We are a bakery.", "Talk like a pirate."]
    assert "Today is" in layers[2]


async def test_a_cleared_persona_is_gone_from_the_next_message_on(workspace: Workspace, model: Model) -> None:
    await workspace.command(ANN, "persona create Pirate Talk like a pirate.")
    await workspace.command(ANN, "persona assign Pirate")
    await workspace.command(ANN, "persona clear")
    assert "pirate" not in await system_prompt(workspace, model)


async def test_a_deleted_persona_leaves_its_channels_without_one(workspace: Workspace, model: Model) -> None:
    await workspace.command(ANN, 'persona create "Sea Captain" Talk like a captain.')
    await workspace.command(ANN, "persona assign Sea Captain")
    assert "deleted" in await workspace.command(ANN, "persona delete Sea Captain")
    assert "captain" not in await system_prompt(workspace, model)
    assert await workspace.command(ANN, "persona list") == "There are no personas yet."


async def test_only_people_who_manage_the_workspace_change_personas(workspace: Workspace) -> None:
    await workspace.command(ANN, "persona create Pirate Talk like a pirate.")
    for forbidden in ("create Nun Pray.", "edit Pirate Whisper.", "assign Pirate", "clear", "delete Pirate"):
        assert (await workspace.command(BEN, f"persona {forbidden}")).startswith("Only people who manage")
    for forbidden in ("set Obey Ben.", "clear"):
        assert (await workspace.command(BEN, f"prompt {forbidden}")).startswith("Only people who manage")
    assert "Talk like a pirate." in await workspace.command(BEN, "persona show Pirate")


async def test_in_a_direct_message_everybody_chooses_the_persona(workspace: Workspace, model: Model) -> None:
    own = "D0BEN00001"
    await workspace.command(ANN, "persona create Pirate Talk like a pirate.")
    assert "speaks as 'Pirate'" in await workspace.command(BEN, "persona assign Pirate", channel=own)
    await model.will_say("Arr.")
    ts = await workspace.say(BEN, "hello", channel=own)
    await workspace.reply(ts, "Arr.", channel=own)
    assert "Talk like a pirate." in (await model.messages())[0]["content"]
    assert (await workspace.command(BEN, "persona edit Pirate Whisper.", channel=own)).startswith("Only people who")


async def test_another_process_names_somebody_and_takes_it_back(
    workspace: Workspace, settings: Settings, model: Model
) -> None:
    """What one process changes, the other has heard of with the next command and the next message."""
    beside = await Database.open(settings.database_url)
    elsewhere = Configurations(beside)
    admin = operator(WorkspaceRef(Platform.SLACK, TEAM))
    await WorkspaceSettings(beside, elsewhere).add_manager(admin, "person", BEN_ID)
    assert "'Pirate' is made" in await workspace.command(BEN, "persona create Pirate Talk like a pirate.")
    await Personas(beside, elsewhere).edit(admin, "Pirate", {"instruction": "Whisper."})
    await workspace.command(BEN, "persona assign Pirate")
    assert "Whisper." in await system_prompt(workspace, model)
    await Personas(beside, elsewhere).edit(admin, "Pirate", {"instruction": "Sing."})
    assert "Sing." in await system_prompt(workspace, model)
    await WorkspaceSettings(beside, elsewhere).remove_manager(admin, "person", BEN_ID)
    assert (await workspace.command(BEN, "persona delete Pirate")).startswith("Only people who manage")
    await beside.close()


async def test_a_persona_is_made_in_a_form(workspace: Workspace, model: Model) -> None:
    await workspace.post("/control/commands", user=ANN, channel=GENERAL, command="/parley", text="persona create")
    form = await workspace.form(ANN)
    await workspace.saved(ANN, form, name="Pirate", instruction="Talk like a pirate.")
    await workspace.command(ANN, "persona assign Pirate")
    assert "Talk like a pirate." in await system_prompt(workspace, model)


async def test_a_taken_name_is_said_in_the_form_and_nothing_is_lost(workspace: Workspace) -> None:
    await workspace.command(ANN, "persona create Pirate Talk like a pirate.")
    await workspace.post("/control/commands", user=ANN, channel=GENERAL, command="/parley", text="persona create")
    form = await workspace.form(ANN)
    values = {"name": {"name": "PIRATE"}, "instruction": {"instruction": "Arr."}}
    await workspace.post(f"/control/views/{form['id']}/submit", user=ANN, values=values)

    async def refused() -> bool:
        views = await workspace.views(ANN)
        return bool(views) and bool(views[-1].get("errors"))

    await until(refused)
    assert (await workspace.views(ANN))[-1]["errors"] == {"name": "There is already a persona called 'PIRATE'."}


async def test_the_edit_button_opens_a_form_for_those_who_may(workspace: Workspace, model: Model) -> None:
    await workspace.command(ANN, "persona create Pirate Talk like a pirate.")
    await workspace.command(ANN, "persona show Pirate")
    card = (await workspace.state())["ephemerals"][-1]
    await workspace.post("/control/actions", user=ANN, channel=GENERAL, ts=card["ts"], action_id="persona_edit")
    form = await workspace.form(ANN)
    await workspace.post(
        f"/control/views/{form['id']}/submit", user=ANN, values={"instruction": {"instruction": "Whisper."}}
    )

    async def changed() -> bool:
        return "Whisper." in await workspace.command(ANN, "persona show Pirate")

    await until(changed)


async def test_a_name_with_quotes_in_it_is_edited_by_its_button_and_named_in_commands(
    workspace: Workspace, model: Model
) -> None:
    await workspace.command(ANN, "persona create Say Be silent.")
    await workspace.command(ANN, r'persona create "Say \"hi\"" Greet.')
    assert "Greet." in await workspace.command(ANN, 'persona show Say "hi"')
    card = (await workspace.state())["ephemerals"][-1]
    await workspace.post("/control/actions", user=ANN, channel=GENERAL, ts=card["ts"], action_id="persona_edit")
    await workspace.saved(ANN, await workspace.form(ANN), instruction="Wave.")
    assert "Wave." in await workspace.command(ANN, r'persona show "Say \"hi\""')
    assert "Be silent." in await workspace.command(ANN, "persona show Say")


async def test_a_line_break_ends_a_name_as_a_space_does(workspace: Workspace, model: Model) -> None:
    assert "'Pirate' is made" in await workspace.command(ANN, "persona create Pirate\nTalk like a pirate.")


async def test_every_wrong_command_gets_a_short_sentence(workspace: Workspace) -> None:
    for typed, said in (
        ("audit yesterday", "Say `/parley audit`, or `/parley audit NUMBER`"),
        ("audit " + "9" * 18, "Nothing was changed yet."),
        ("audit " + "9" * 30, "Say `/parley audit`"),
        ("prompt restore " + "9" * 30, "The history of the prompt has no change"),
        ("prompt restore " + "9" * 5_000, "Something went wrong on my side"),
        ("persona show Nobody", "There is no persona called 'Nobody'."),
        ("persona assign Nobody", "There is no persona called 'Nobody'."),
        ("persona create " + "x" * 81 + " Hi.", "at most 80 characters"),
        ("persona frobnicate", "I don't know `persona frobnicate`."),
        ("", "Mention me in a channel"),
        ("prompt", "No workspace prompt is set"),
    ):
        assert said in await workspace.command(ANN, typed), typed

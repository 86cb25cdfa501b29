import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.access import AccessLists
from core.configurations import Configurations
from core.errors import BadBundle
from core.people import Person, WorkspaceRef, operator
from core.personas import Personas
from core.rights import NotAllowed
from core.transfer import Plan, Transfer
from core.workspace import WorkspaceSettings
from storage.access import Listed
from storage.configurations import Configuration
from storage.database import Database
from storage.incoming import Place
from storage.personas import PersonaFields
from storage.problems import NotPossible
from storage.words import Listening, Platform

WORKSPACE = WorkspaceRef(Platform.SLACK, "T1")
BY = operator(WORKSPACE)
GENERAL = Place(platform=Platform.SLACK, workspace_id="T1", channel_id="C0GENERAL1", channel_name="general")
NOTHING_SET = """\
[workspace]
prompt = ""
timezone = "UTC"
summaries = "default"
model = ""
models = []
channel_managers = true
manager = []
server = []
cap = []

[workspace.access]
"""


async def nobody() -> bool:
    return False


class House:
    """A workspace, and every way to set something in it."""

    def __init__(self, database: Database) -> None:
        configurations = Configurations(database)
        self.personas = Personas(database, configurations)
        self.settings = WorkspaceSettings(database, configurations)
        self.access = AccessLists(database, configurations)
        self.transfer = Transfer(database, configurations, only_known)

    async def export(self) -> str:
        return await self.transfer.export(BY)

    async def imported(self, text: str, *, prune: bool = False) -> Plan:
        plan = await self.transfer.plan(BY, text, prune=prune)
        await self.transfer.apply(BY, plan)
        return plan

    async def audit(self) -> list[tuple[str, str]]:
        return [(change.deed, change.subject) for change in await self.settings.audit(BY)]

    async def fill(self) -> None:
        """Set a bit of everything."""
        await self.settings.set_prompt(BY, "You help Example Ltd.\n\nBe brief.")
        await self.settings.set_timezone(BY, "Europe/Brussels")
        await self.settings.allow_models(BY, ["gpt-5", "gpt-5-mini"])
        await self.settings.set_model(BY, "gpt-5")
        await self.settings.add_manager(BY, "person", "U1", "Ann")
        await self.settings.set_summaries(BY, "on")
        await self.access.allow(BY, "role", "S1", "@support")
        await self.access.deny(BY, "channel", "C0RANDOM01", "#random")
        await self.access.set_direct(BY, on=False)
        await self.access.set_words(BY, ["blue moon", "secret"])
        await self.settings.set_channel_managers(BY, on=False)
        await self.personas.create(
            BY,
            PersonaFields(
                name="Pirate",
                instruction='Talk like a pirate.\nSay "arr" in {channel}.',
                model="gpt-5-mini",
                temperature=0.3,
                effort="low",
                tools=("search", "clock"),
                display_name="Captain",
                icon=":parrot:",
            ),
        )
        await self.personas.create(BY, PersonaFields(name="Butler", instruction="Be polite."))
        await self.personas.assign(BY, GENERAL, "Pirate")
        await self.personas.listen(BY, GENERAL, Listening.EVERY)
        await self.settings.set_channel_model(BY, GENERAL, "gpt-5")


def only_known(model: str, configuration: Configuration) -> str:
    """As if the operator offered three models."""
    if model not in (configuration.models or ("gpt-5", "gpt-5-mini", "local/qwen")):
        raise NotPossible(f"There is no model {model!r}.", "model")
    return model


@pytest.fixture
async def database(migrated_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(migrated_url)
    yield opened
    await opened.close()


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


async def test_a_workspace_where_nothing_is_set_says_so(house: House) -> None:
    assert (await house.export()).split("\n\n", 1)[1] == NOTHING_SET


async def test_importing_what_was_exported_changes_nothing(house: House) -> None:
    await house.fill()
    exported, audit = await house.export(), await house.audit()
    plan = await house.imported(exported, prune=True)
    assert plan.steps == ()
    assert (await house.export(), await house.audit()) == (exported, audit)


async def test_an_export_makes_an_empty_workspace_the_same(house: House, tmp_path: Path) -> None:
    await house.fill()
    other = await Database.open(f"sqlite:///{tmp_path}/other.db")
    twin = House(other)
    await twin.imported(await house.export())
    assert await twin.export() == await house.export()
    assert (await twin.personas.listed(WORKSPACE))[1].channels == ("general",)
    await other.close()


async def test_what_the_file_does_not_speak_of_stays(house: House) -> None:
    await house.fill()
    before = await house.export()
    assert (await house.imported("")).steps == ()
    await house.imported("[workspace]\ntimezone = 'UTC'\n")
    assert await house.export() == before.replace("Europe/Brussels", "UTC")


async def test_personas_that_are_not_in_the_file_go_only_when_told_to(house: House) -> None:
    await house.fill()
    only = "[[persona]]\nname = 'Butler'\ninstruction = 'Be polite.'\n"
    assert (await house.imported(only)).steps == ()
    plan = await house.imported(only, prune=True)
    assert [str(step) for step in plan.steps] == ["- persona 'Pirate'"]
    assert [one.persona.name for one in await house.personas.listed(WORKSPACE)] == ["Butler"]


async def test_a_persona_becomes_exactly_what_the_file_says(house: House) -> None:
    await house.fill()
    plan = await house.imported("[[persona]]\nname = 'PIRATE'\ninstruction = 'Whisper.'\ntemperature = 1\n")
    (step,) = map(str, plan.steps)
    assert "'Pirate' → 'PIRATE'" in step
    assert "temperature 0.3 → 1" in step
    assert "icon ':parrot:' → none" in step
    pirate = await house.personas.find(WORKSPACE, "Pirate")
    assert (pirate.name, pirate.instruction, pirate.temperature, pirate.icon) == ("PIRATE", "Whisper.", 1.0, "")
    assert (await house.personas.history(BY, "pirate"))[0].deed == "persona.edit"


async def test_each_change_is_written_down_and_so_is_the_import(house: House) -> None:
    await house.imported(
        """
        [workspace]
        prompt = "Be brief."
        [[workspace.manager]]
        kind = "role"
        id = "S1"
        name = "Editors"
        [[persona]]
        name = "Pirate"
        instruction = "Arr."
        [[channel]]
        id = "C0GENERAL1"
        name = "general"
        persona = "pirate"
        """
    )
    assert await house.audit() == [
        ("import", ""),
        ("persona.assign", "#general"),
        ("persona.create", "Pirate"),
        ("managers.add", "Editors"),
        ("prompt.set", ""),
    ]


async def test_a_plan_alone_changes_nothing(house: House) -> None:
    plan = await house.transfer.plan(BY, "[workspace]\nprompt = 'Be brief.'\n")
    assert [str(step) for step in plan.steps] == ["~ prompt none → 'Be brief.'"]
    assert await house.settings.prompt(WORKSPACE) == ""


async def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_written(house: House) -> None:
    file = """
    [workspace]
    prompt = "I am {nobody}."
    timezone = "Mars/Olympus"
    models = ["gpt-5"]
    model = "local/qwen"
    [[persona]]
    name = "Pirate"
    instruction = ""
    temperature = 3
    icon = "parrot.png"
    [[persona]]
    name = "pirate"
    instruction = "Arr."
    model = "gpt-5-mini"
    [[channel]]
    id = "general"
    [[channel]]
    id = "C0GENERAL1"
    persona = "Nobody"
    """
    with pytest.raises(BadBundle) as refused:
        await house.imported(file)
    told = "\n".join(refused.value.problems)
    assert len(refused.value.problems) == 10
    for part in (
        "workspace: I do not know {nobody}.",
        "workspace: 'Mars/Olympus' is not a time zone",
        "workspace: There is no model 'local/qwen'.",
        "persona 'Pirate': A persona needs an instruction",
        "persona 'Pirate': A temperature is a number from 0 to 2",
        "persona 'Pirate': An icon is",
        "persona 'pirate': There is no model 'gpt-5-mini'.",
        "persona 'pirate' is there twice",
        "channel 'general': 'general' is no channel's id on slack",
        "channel 'C0GENERAL1': there is no persona called 'Nobody'",
    ):
        assert part in told
    assert (await house.export()).endswith(NOTHING_SET)


async def test_what_is_wrong_with_the_form_is_told_together_with_what_is_wrong_with_the_texts(house: House) -> None:
    file = """
    colour = "blue"
    [workspace]
    timezone = "Mars/Olympus"
    channel_managers = "yes"
    [[workspace.cap]]
    period = "week"
    amount = "a lot"
    [[workspace.access.allow]]
    name = "Ann"
    [[workspace.access.deny]]
    kind = "role"
    id = " "
    [[persona]]
    instruction = "I am {nobody}."
    tools = ["search", 1]
    [[persona]]
    name = "Pirate"
    temperature = "hot"
    icon = "parrot.png"
    [[channel]]
    name = "general"
    persona = "Nobody"
    """
    with pytest.raises(BadBundle) as refused:
        await house.imported(file)
    assert sorted(problem.split(". What can stand")[0] for problem in refused.value.problems) == [
        "channel 'general': id is missing",
        "channel 'general': there is no persona called 'Nobody'",
        "colour is no word of a configuration file",
        "persona '1': I do not know {nobody}",
        "persona 'Pirate': An icon is the https address of a picture, or an emoji such as :robot_face:.",
        "persona 'Pirate': instruction is missing",
        "persona 'Pirate': temperature is not right: input should be a valid number",
        "persona 1 tools: entry 2 is not right: input should be a valid string",
        "persona 1: name is missing",
        "workspace access '': id is empty",
        "workspace access allow 'Ann': id is missing",
        "workspace access allow 'Ann': kind is missing",
        "workspace cap 1: period is not right: input should be 'day' or 'month'",
        "workspace cap 1: reach is missing",
        "workspace cap: Write an amount such as $5 or 20000 tokens.",
        "workspace: 'Mars/Olympus' is not a time zone that I know: write one such as Europe/Brussels.",
        "workspace: channel_managers is not right: input should be a valid boolean",
    ]


async def test_who_may_use_parley_becomes_what_the_file_says_each_change_by_itself(house: House) -> None:
    await house.fill()
    plan = await house.imported(
        """
        [workspace.access]
        words = ["secret"]
        deny = [{kind = "role", id = "S1", name = "@support"}]
        allow = [{kind = "person", id = "U1", name = "Ann"}]
        """
    )
    assert [str(step) for step in plan.steps] == [
        "~ direct messages off → on",
        "~ blocked words blue moon, secret → secret",
        "+ allowed person Ann",
        "~ denied role @support",
        "- denied channel #random",
    ]
    rules = await house.access.shown(BY)
    assert (rules.allowed, rules.denied) == ((Listed("person", "U1", "Ann"),), (Listed("role", "S1", "@support"),))
    assert (rules.direct, rules.words) == (True, ("secret",))
    deeds = [deed for deed, _ in (await house.audit())[:6]]
    assert deeds == ["import", "access.lift", "access.deny", "access.allow", "access.words", "access.direct"]


async def test_a_model_that_is_set_may_stay_when_it_is_not_offered_any_more(house: House) -> None:
    await house.personas.create(BY, PersonaFields(name="Old", instruction="x", model="gpt-2"))
    assert (await house.imported(await house.export())).steps == ()


async def test_a_channel_may_not_speak_with_a_persona_that_is_pruned(house: House) -> None:
    await house.fill()
    file = "[[channel]]\nid = 'C0GENERAL1'\npersona = 'Pirate'\n"
    await house.imported(file)
    with pytest.raises(BadBundle, match="there is no persona called 'Pirate'"):
        await house.imported(file, prune=True)


async def test_a_plan_that_was_overtaken_is_refused_and_writes_nothing(house: House) -> None:
    plan = await house.transfer.plan(BY, "[workspace]\nprompt = 'From the file.'\ntimezone = 'Asia/Tokyo'\n")
    await house.settings.set_prompt(BY, "From the chat.")
    with pytest.raises(NotPossible, match="at the same moment"):
        await house.transfer.apply(BY, plan)
    assert await house.settings.prompt(WORKSPACE) == "From the chat."


async def test_a_step_that_fails_takes_all_others_with_it(house: House) -> None:
    await house.fill()
    plan = await house.transfer.plan(BY, "[workspace]\nprompt = 'New.'\n[[persona]]\nname = 'X'\ninstruction = 'x'\n")
    twice = replace(plan, steps=(*plan.steps, plan.steps[-1]))
    before = await house.export()
    with pytest.raises(NotPossible, match="already a persona"):
        await house.transfer.apply(BY, twice)
    assert await house.export() == before


async def test_only_admins_may(house: House) -> None:
    member = Person(platform=Platform.SLACK, workspace_id="T1", id="U2", manages=nobody)
    plan = await house.transfer.plan(BY, "[workspace]\nprompt = 'x'\n")
    with pytest.raises(NotAllowed):
        await house.transfer.export(member)
    with pytest.raises(NotAllowed):
        await house.transfer.plan(member, "")
    with pytest.raises(NotAllowed):
        await house.transfer.apply(member, plan)
    assert await house.settings.prompt(WORKSPACE) == ""


async def test_an_import_takes_effect_in_other_processes_like_any_other_change(house: House, migrated_url: str) -> None:
    await house.fill()
    second = await Database.open(migrated_url)
    elsewhere = Configurations(second)
    before = await elsewhere.now(WORKSPACE)
    await house.imported("[[persona]]\nname = 'Butler'\ninstruction = 'Be rude.'\n")
    after = await elsewhere.now(WORKSPACE)
    said = [{voice.name: voice.instruction for voice in one.personas.values()}["Butler"] for one in (before, after)]
    assert said == ["Be polite.", "Be rude."]
    await second.close()


async def test_of_two_imports_at_once_one_is_refused_whole(house: House, migrated_url: str) -> None:
    second = await Database.open(migrated_url)
    houses = [house, House(second)]
    files = [f"[workspace]\nprompt = '{n}'\n[[persona]]\nname = 'P{n}'\ninstruction = 'x'\n" for n in range(2)]
    plans = [await one.transfer.plan(BY, file) for one, file in zip(houses, files, strict=True)]
    applying = (one.transfer.apply(BY, plan) for one, plan in zip(houses, plans, strict=True))
    ends = await asyncio.gather(*applying, return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["NoneType", "NotPossible"]
    names = [one.persona.name for one in await house.personas.listed(WORKSPACE)]
    assert names == [f"P{await house.settings.prompt(WORKSPACE)}"]
    await second.close()

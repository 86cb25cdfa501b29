"""What applies in a whole workspace: models, time zone, managers, the audit log, an endpoint of its own."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bots.service import serving as serving_parley
from core import texts
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, BEN, GENERAL, Workspace

SLACK = frozenset({Platform.SLACK})
KEY = "sk-very-secret-key"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    more = {
        "models": "other-model,third-model",
        "own_endpoints": "any",
        "encryption_keys": SecretStr(Fernet.generate_key().decode()),
    }
    return settings.model_copy(update=more)


async def model_asked(workspace: Workspace, model: Model) -> str:
    before = len(await model.requests())
    await workspace.say(ANN, "@Parley hello")

    async def look() -> str | None:
        requests = await model.requests()
        return str(requests[-1]["model"]) if len(requests) > before else None

    return await until(look)


@pytest.mark.usefixtures("parley")
async def test_a_workspace_and_a_channel_choose_their_models(workspace: Workspace, model: Model) -> None:
    assert "may be chosen" not in await workspace.command(ANN, "model set other-model")
    assert await model_asked(workspace, model) == "other-model"
    await workspace.command(ANN, "model channel third-model")
    assert await model_asked(workspace, model) == "third-model"
    shown = await workspace.command(BEN, "model")
    assert "Workspace: other-model\nThis channel: third-model" in shown
    await workspace.command(ANN, "model channel clear")
    assert await model_asked(workspace, model) == "other-model"
    await workspace.command(ANN, "model clear")
    assert await model_asked(workspace, model) == "parley-playground"


@pytest.mark.usefixtures("parley")
async def test_a_model_is_chosen_in_a_form_of_those_that_are_allowed(workspace: Workspace, model: Model) -> None:
    assert "These models may be chosen: third-model" in await workspace.command(ANN, "model allow third-model")
    assert await workspace.command(ANN, "model allow ,") == texts.NO_MODEL_NAMED
    assert "other-model" in await workspace.command(ANN, "model set other-model")
    form = await workspace.opened(ANN, "model set")
    options = [option["value"] for option in form["blocks"][0]["element"]["options"]]
    assert options == ["-", "third-model"]
    await workspace.saved(ANN, form, model="third-model")
    assert await model_asked(workspace, model) == "third-model"


@pytest.mark.usefixtures("parley")
async def test_people_and_groups_are_named_in_a_form_and_may_until_they_are_not(workspace: Workspace) -> None:
    await workspace.post("/control/groups", id="S0EDITORS1", handle="editors", members=["chloe"])
    assert (await workspace.command(BEN, "persona create A Hi.")).startswith("Only people who manage")
    form = await workspace.opened(ANN, "managers set")
    await workspace.saved(ANN, form, people=["U0BEN00001"], groups=["S0EDITORS1"], channels=["on"])
    assert "Ben, @editors" in await workspace.command(BEN, "managers")
    assert "'A' is made" in await workspace.command(BEN, "persona create A Hi.")
    assert "'B' is made" in await workspace.command("chloe", "persona create B Hi.")
    assert await workspace.command(BEN, "managers set") == texts.NOT_ALLOWED_ADMINS
    await workspace.post("/control/groups", id="S0EDITORS1", handle="editors", members=[])
    assert (await workspace.command("chloe", "persona delete B")).startswith("Only people who manage")
    form = await workspace.opened(ANN, "managers set")
    shown = {block["block_id"]: block["element"] for block in form["blocks"]}
    assert shown["people"]["initial_users"] == ["U0BEN00001"]
    assert [option["value"] for option in shown["groups"]["initial_options"]] == ["S0EDITORS1"]
    await workspace.saved(ANN, form, people=[], groups=[], channels=[])
    assert (await workspace.command(BEN, "persona delete A")).startswith("Only people who manage")
    assert "may not choose" in await workspace.command(BEN, "managers")


@pytest.mark.usefixtures("parley")
async def test_a_time_zone_is_set_and_told_to_the_model(workspace: Workspace, model: Model) -> None:
    assert "Asia/Tokyo" in await workspace.command(ANN, "timezone asia/tokyo")
    await workspace.command(ANN, "prompt set The clocks here show {timezone}.")
    await model_asked(workspace, model)
    assert "Asia/Tokyo" in (await model.messages())[0]["content"]
    assert "not a time zone" in await workspace.command(ANN, "timezone Atlantis")
    assert await workspace.command(BEN, "timezone") == "The time zone is Asia/Tokyo."


@pytest.mark.usefixtures("parley")
async def test_the_audit_log_is_shown_to_admins_alone(workspace: Workspace) -> None:
    await workspace.command(ANN, "persona create Pirate Arr.")
    await workspace.command(ANN, "persona assign Pirate")
    await workspace.command(ANN, "prompt set We are a bakery.")
    log = await workspace.command(ANN, "audit")
    assert [line.split(", ")[2].split(" ")[0] for line in log.splitlines()] == [
        "prompt.set",
        "persona.assign",
        "persona.create",
    ]
    assert await workspace.command(BEN, "audit") == texts.NOT_ALLOWED_ADMINS


@pytest.mark.usefixtures("parley")
async def test_the_prompt_is_restored_from_its_history(workspace: Workspace) -> None:
    await workspace.command(ANN, "prompt set We are a bakery.")
    await workspace.command(ANN, "prompt set We are a bank.")
    history = (await workspace.command(ANN, "prompt history")).splitlines()
    await workspace.command(ANN, f"prompt restore {history[-1].split(':')[0].removeprefix('• ')}")
    assert await workspace.command(BEN, "prompt") == "We are a bakery."


async def test_a_workspace_brings_its_own_endpoint_and_its_key_is_never_shown(
    workspace: Workspace, model: Model, settings: Settings, tmp_path: Path
) -> None:
    async with serving_parley(settings, SLACK):
        form = await workspace.opened(ANN, "endpoint set")
        errors = await workspace.refused(ANN, form, base_url="nowhere", model="", key="two words")
        assert set(errors) == {"base_url", "model", "key"}
        await workspace.saved(ANN, form, base_url=f"{model.url}/v1", model="our-own", key=KEY)
        assert await model_asked(workspace, model) == "our-own"
        shown = await workspace.command(ANN, "endpoint")
        assert "our-own" in shown
        form = await workspace.opened(ANN, "endpoint set")
        state = await workspace.get("/control/state")
        assert KEY not in shown + str(form) + str(state) + await workspace.command(ANN, "audit")
        assert await workspace.command(BEN, "endpoint") == texts.NOT_ALLOWED_ADMINS
        await workspace.saved(ANN, form, model="our-other")
        assert await model_asked(workspace, model) == "our-other"
        assert "removed" in await workspace.command(ANN, "endpoint remove")
        assert await model_asked(workspace, model) == "parley-playground"
    async with serving_parley(settings.model_copy(update={"encryption_keys": SecretStr("")}), SLACK):
        assert await workspace.command(ANN, "endpoint set") == texts.OWN_ENDPOINTS_UNKEPT
    kept = b"".join((tmp_path / name).read_bytes() for name in ("parley.db",))
    assert KEY.encode() not in kept
    assert GENERAL.encode() in kept

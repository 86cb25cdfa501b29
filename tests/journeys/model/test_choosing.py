"""Which model answers, at which endpoint, and with what: several endpoints side by side, over real HTTP."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bots.service import Service
from core import texts
from core.errors import Fault
from core.people import WorkspaceRef, operator
from storage import encrypted
from storage.endpoints import OwnFields
from storage.incoming import Place
from storage.personas import PersonaFields
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.model.conftest import Start
from tests.journeys.slack.workspace import ANN, GENERAL, TEAM, Workspace

HERE = operator(WorkspaceRef(Platform.SLACK, TEAM))
IN_GENERAL = Place(platform=Platform.SLACK, workspace_id=TEAM, channel_id=GENERAL)


async def speaks_as(service: Service, **fields: Any) -> None:
    """#general gets a persona with these fields."""
    await service.parts.personas.create(HERE, PersonaFields(name="Expert", instruction="Know it all.", **fields))
    await service.parts.personas.assign(HERE, IN_GENERAL, "Expert")


async def asked(
    workspace: Workspace, model: Model, text: str = "@Parley hello", saying: str = "Hello."
) -> dict[str, Any]:
    """The request that a question leads to at this endpoint, once it is answered."""
    await model.will_say(saying)
    await workspace.reply(await workspace.say(ANN, text), saying)
    return (await model.requests())[-1]


async def test_the_channel_comes_before_the_persona_and_that_before_the_workspace(
    workspace: Workspace, model: Model, second: Model, parley: Start, endpoints_file: str
) -> None:
    await model.patch("/control/rules", models=["parley-playground", "large"])
    async with parley(PARLEY_ENDPOINTS=endpoints_file, PARLEY_MODELS="large,other/second") as service:
        assert (await asked(workspace, model))["model"] == "parley-playground"
        await service.parts.workspace.set_model(HERE, "large")
        assert (await asked(workspace, model))["model"] == "large"
        await speaks_as(service, model="other/second")
        assert (await asked(workspace, second))["model"] == "second"
        await service.parts.workspace.set_channel_model(HERE, IN_GENERAL, "parley-playground")
        assert (await asked(workspace, model))["model"] == "parley-playground"


async def test_a_model_that_is_not_allowed_any_more_is_passed_over(
    workspace: Workspace, model: Model, second: Model, parley: Start, endpoints_file: str
) -> None:
    async with parley(PARLEY_ENDPOINTS=endpoints_file) as service:
        await speaks_as(service, model="other/second")
        await asked(workspace, second)
        await service.parts.workspace.allow_models(HERE, ["parley-playground"])
        assert (await asked(workspace, model))["model"] == "parley-playground"
        assert len(await second.requests()) == 1


async def test_temperature_and_effort_go_where_they_are_taken(
    workspace: Workspace, model: Model, parley: Start
) -> None:
    async with parley(PARLEY_OPENAI_KIND="vllm", PARLEY_MOST_TOKENS=321) as service:
        await speaks_as(service, temperature=0.3, effort="low")
        body = await asked(workspace, model)
    assert (body["temperature"], body["reasoning_effort"], body["max_tokens"]) == (0.3, "low", 321)


REFUSED_BY_KIND = {
    "openai": ["temperature", "max_completion_tokens"],
    "azure": ["prompt_cache_key", "stream_options"],
    "anthropic": ["temperature"],
    "openrouter": ["reasoning"],
    "ollama": ["reasoning_effort"],
    "vllm": ["stream_options", "reasoning_effort"],
    "lmstudio": ["reasoning_effort", "stream_options"],
    "llamacpp": ["max_tokens"],
}


@pytest.mark.parametrize(("kind", "refused"), REFUSED_BY_KIND.items(), ids=REFUSED_BY_KIND.keys())
async def test_what_a_server_refuses_is_left_out_from_then_on(
    workspace: Workspace, model: Model, parley: Start, kind: str, refused: list[str]
) -> None:
    await model.patch("/control/rules", kind=kind, unsupported=refused)
    async with parley(PARLEY_OPENAI_KIND=kind, PARLEY_MOST_TOKENS=321) as service:
        await speaks_as(service, temperature=0.3, effort="low")
        await asked(workspace, model)
        tries = len(await model.requests())
        assert tries == 1 + len(refused)
        body = await asked(workspace, model, "@Parley and again")
        assert len(await model.requests()) == tries + 1
    assert not set(refused) & body.keys()
    assert body["messages"][0]["content"].count("Know it all.") == 1


@pytest.mark.parametrize(
    ("roles", "first"),
    [(["system", "user", "assistant"], "system"), (["user", "assistant"], "user")],
    ids=["no developer", "neither"],
)
async def test_the_system_prompt_takes_the_role_that_the_server_knows(
    workspace: Workspace, model: Model, parley: Start, roles: list[str], first: str
) -> None:
    await model.patch("/control/rules", models=["gpt-5"], roles=roles)
    async with parley(PARLEY_OPENAI_KIND="openai", OPENAI_MODEL="gpt-5"):
        body = await asked(workspace, model)
        assert body["messages"][0]["role"] == first
        assert "You are Parley" in body["messages"][0]["content"]
        await asked(workspace, model, "@Parley and again")
    roles_tried = [one["messages"][0]["role"] for one in await model.requests()]
    assert roles_tried == ["developer", *(["system"] if first == "user" else []), first, first]


async def test_a_correction_is_of_one_model_alone(workspace: Workspace, model: Model, parley: Start) -> None:
    await model.patch("/control/rules", models=["a", "b"], unsupported=["temperature"])
    async with parley(OPENAI_MODEL="a", PARLEY_MODELS="b") as service:
        await speaks_as(service, temperature=0.3)
        await asked(workspace, model)
        await model.patch("/control/rules", unsupported=[])
        await service.parts.workspace.set_channel_model(HERE, IN_GENERAL, "b")
        assert (await asked(workspace, model))["temperature"] == 0.3
        await service.parts.workspace.set_channel_model(HERE, IN_GENERAL, "a")
        assert "temperature" not in await asked(workspace, model)


@pytest.mark.parametrize(
    "answer", [{"status": 401}, {"status": 404}, {"text": "no", "cut_after": 0}, {"raw": "<html>"}], ids=str
)
async def test_another_model_answers_when_the_first_fails_before_any_text(
    workspace: Workspace, model: Model, second: Model, parley: Start, endpoints_file: str, answer: dict[str, Any]
) -> None:
    await model.will_say(**answer, times=9)
    async with parley(PARLEY_ENDPOINTS=endpoints_file, PARLEY_FALLBACK_MODEL="other/second"):
        body = await asked(workspace, second, saying="Second here.")
    assert body["model"] == "second"


async def test_no_other_model_answers_once_a_text_was_shown(
    workspace: Workspace, model: Model, second: Model, parley: Start, endpoints_file: str
) -> None:
    await model.will_say("Half an answer", error_event={"code": "provider_error"})
    async with parley(PARLEY_ENDPOINTS=endpoints_file, PARLEY_FALLBACK_MODEL="other/second"):
        note = f"{texts.MODEL_TROUBLE[Fault.BROKEN]} (Reference: r1)"
        await workspace.reply(await workspace.say(ANN, "@Parley hello"), f"Half an answer\n\n_{note}_")
    assert await second.requests() == []


async def test_no_other_model_carries_on_after_tools_with_a_text_that_was_shown(
    workspace: Workspace, model: Model, second: Model, parley: Start, endpoints_file: str
) -> None:
    more = {"PARLEY_FALLBACK_MODEL": "other/second", "PARLEY_TOOLS": "calculator"}
    async with parley(PARLEY_ENDPOINTS=endpoints_file, **more):
        await model.will_call(("calculator", {"expression": "6*7"}), text="Let me see.")
        await model.will_say(status=401)
        note = f"{texts.MODEL_TROUBLE[Fault.REFUSED_KEY]} (Reference: r1)"
        shown = f"Let me see.\n\n\n\n_{note}_"
        await workspace.reply(await workspace.say(ANN, "@Parley 6 times 7?"), shown)
        assert await second.requests() == []
        await model.will_call(("calculator", {"expression": "6*7"}))
        await model.will_say(status=401)
        body = await asked(workspace, second, "@Parley 6 times 7?", "It is 42.")
    assert [one["role"] for one in body["messages"]] == ["system", "user", "assistant", "tool"]


async def test_what_is_wrong_with_the_question_is_not_asked_elsewhere(
    workspace: Workspace, model: Model, second: Model, parley: Start, endpoints_file: str
) -> None:
    await model.will_say(status=400, body={"error": {"code": "content_filter", "message": "no"}})
    async with parley(PARLEY_ENDPOINTS=endpoints_file, PARLEY_FALLBACK_MODEL="other/second"):
        told = f"{texts.MODEL_TROUBLE[Fault.BLOCKED]} (Reference: r1)"
        await workspace.reply(await workspace.say(ANN, "@Parley hello"), told)
    assert await second.requests() == []


@pytest.fixture
def keeping() -> dict[str, Any]:
    """Settings with which workspaces may bring an endpoint of this machine."""
    return {"PARLEY_ENCRYPTION_KEYS": encrypted.new_key(), "PARLEY_OWN_ENDPOINTS": "any"}


def brought(second: Model, **changed: Any) -> OwnFields:
    given = {"kind": "", "base_url": f"{second.url}/v1", "model": "second", "key": "second-key"}
    return OwnFields(**given | changed)


async def test_a_workspace_brings_its_own_endpoint_and_nothing_goes_elsewhere(
    workspace: Workspace, model: Model, second: Model, parley: Start, keeping: dict[str, Any], tmp_path: Path
) -> None:
    async with parley(**keeping, PARLEY_FALLBACK_MODEL="parley-playground") as service:
        await service.parts.own_endpoints.set(HERE, brought(second))
        body = await asked(workspace, second)
        assert body["model"] == "second"
        shown = await service.parts.own_endpoints.shown(HERE)
        assert shown is not None
        assert shown.has_key
        assert "second-key" not in repr(shown)
        await second.will_say(status=500, times=9)
        told = f"{texts.MODEL_TROUBLE[Fault.DOWN]} (Reference: r2)"
        await workspace.reply(await workspace.say(ANN, "@Parley hello"), told)
        await second.delete("/control/answers")
        await service.parts.own_endpoints.remove(HERE)
        await asked(workspace, model)
    assert b"second-key" not in (tmp_path / "parley.db").read_bytes()
    assert len(await model.requests()) == 1


async def test_no_redirect_leads_from_an_own_endpoint_to_another_address(
    workspace: Workspace, model: Model, second: Model, parley: Start, keeping: dict[str, Any]
) -> None:
    await second.will_say(status=307, body={}, headers={"Location": f"{model.url}/v1/chat/completions"})
    async with parley(**keeping) as service:
        await service.parts.own_endpoints.set(HERE, brought(second))
        told = f"{texts.MODEL_TROUBLE[Fault.NO_API]} (Reference: r1)"
        await workspace.reply(await workspace.say(ANN, "@Parley hello"), told)
    assert await model.requests() == []


async def test_an_own_endpoint_that_turns_out_to_be_private_is_not_asked(
    workspace: Workspace, second: Model, parley: Start, keeping: dict[str, Any]
) -> None:
    async with parley(**keeping) as service:
        await service.parts.own_endpoints.set(HERE, brought(second))
    async with parley(**keeping | {"PARLEY_OWN_ENDPOINTS": "public"}):
        told = f"{texts.MODEL_TROUBLE[Fault.OFF_LIMITS]} (Reference: r1)"
        await workspace.reply(await workspace.say(ANN, "@Parley hello"), told)
    assert await second.requests() == []


async def test_a_changed_address_does_not_get_the_key(
    workspace: Workspace, model: Model, second: Model, parley: Start, keeping: dict[str, Any]
) -> None:
    async with parley(**keeping) as service:
        await service.parts.own_endpoints.set(HERE, brought(second))
        changed = brought(model, model="parley-playground", key=None)
        await service.parts.own_endpoints.set(HERE, changed)
        await asked(workspace, model)
    (request,) = (await model.get("/control/requests"))["requests"]
    assert request["headers"]["authorization"] == "Bearer none"


async def test_a_prompt_begins_as_the_one_before_it_so_that_providers_can_cache_it(
    workspace: Workspace, model: Model, parley: Start
) -> None:
    await model.patch("/control/rules", cache_from_tokens=1, models=["gpt-4o"])
    async with parley(PARLEY_OPENAI_KIND="openai", OPENAI_MODEL="gpt-4o"):
        await model.will_say("One.")
        ts = await workspace.say(ANN, "@Parley first")
        await workspace.reply(ts, "One.")
        for number, text in enumerate(("Two.", "Three."), 2):
            await model.will_say(text)
            await workspace.say(ANN, f"and then? {number}", thread_ts=ts)
            await workspace.reply(ts, text, number=number)
    first, then, last = await model.requests()
    assert then["messages"][: len(first["messages"])] == first["messages"]
    assert last["messages"][: len(then["messages"])] == then["messages"]
    assert first["prompt_cache_key"] == then["prompt_cache_key"] == last["prompt_cache_key"]
    assert first["safety_identifier"] == last["safety_identifier"]
    assert "U0ANN" not in first["safety_identifier"] + first["prompt_cache_key"]


async def test_what_was_cached_and_thought_and_what_it_cost_is_kept(
    workspace: Workspace, model: Model, parley: Start, tmp_path: Path
) -> None:
    await model.patch("/control/rules", cache_from_tokens=1, models=["gpt-4o"])
    async with parley(PARLEY_OPENAI_KIND="openai", OPENAI_MODEL="gpt-4o"):
        await model.will_say("One.", thoughts=["hm", "hm"])
        ts = await workspace.say(ANN, "@Parley first")
        await workspace.reply(ts, "One.")
        await model.will_say("Two.")
        await workspace.say(ANN, "and then?", thread_ts=ts)
        await workspace.reply(ts, "Two.", number=2, settled=True)

        async def kept() -> list[Any] | None:
            with sqlite3.connect(tmp_path / "parley.db") as database:
                rows = database.execute(
                    "SELECT tokens_cached, tokens_reasoning, cost_microusd, endpoint FROM reply"
                    " WHERE state = 'done' ORDER BY id"
                ).fetchall()
            database.close()
            return rows if len(rows) == 2 else None

        first, then = await until(kept)
    assert first[0] == 0
    assert first[1] == 2
    assert then[0] > 0
    assert first[2] > 0
    assert first[3] == "default"

"""A server's own model endpoint, set in a form; its key goes nowhere but to that endpoint."""

from typing import Any

import pytest
from pydantic import SecretStr

from bots.service import serving
from core import texts
from core.settings import Settings
from storage.encrypted import new_key
from storage.words import Platform
from tests.journeys.control import Model
from tests.journeys.discord.server import ANN, BEN, Server

PARLEY = pytest.mark.usefixtures("parley")
KEY = "sk-very-secret"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"own_endpoints": "any", "encryption_keys": SecretStr(new_key())})


async def told(server: Server, subcommand: str) -> str:
    return await server.told(ANN, "endpoint", subcommand=subcommand)


async def submitted(server: Server, **values: str) -> dict[str, Any]:
    await server.command(ANN, "endpoint", subcommand="set")
    await server.form(ANN)
    return await server.answer_to(await server.submit(ANN, **values))


@PARLEY
async def test_a_server_brings_its_own_endpoint_and_the_key_is_never_shown(server: Server, model: Model) -> None:
    await model.patch("/control/rules", models=["parley-playground", "our-model"])
    assert "no endpoint" in await told(server, "show")
    saved = await submitted(server, base_url=f"{model.url}/v1", key=KEY, model="our-model")
    assert "own/our-model answers" in saved["content"]
    await model.will_say("Ours.")
    await server.say(BEN, "@Parley hello")
    await server.answer("Ours.", settled=True)
    assert (await model.requests())[-1]["model"] == "our-model"
    shown = await told(server, "show")
    assert shown.startswith("`our-model` at ")
    assert "with a key" in shown
    await server.command(ANN, "endpoint", subcommand="set")
    form = await server.form(ANN)
    assert KEY not in str(form)
    assert KEY not in await server.told(ANN, "audit")
    assert "removed" in await told(server, "remove")


async def test_where_no_key_can_be_kept_no_form_opens(server: Server, settings: Settings) -> None:
    async with serving(settings.model_copy(update={"encryption_keys": SecretStr("")}), frozenset({Platform.DISCORD})):
        assert await told(server, "set") == texts.OWN_ENDPOINTS_UNKEPT


@PARLEY
async def test_a_refused_form_opens_again_without_the_key(server: Server) -> None:
    refused = await submitted(server, base_url="nowhere", key=KEY, model="our-model")
    assert refused["content"].startswith("**Address**: ")
    assert refused["attachments"][0]["size"] == len("nowhere\n\nour-model")
    await server.press(ANN, refused)
    fields = [field["component"] for field in (await server.form(ANN))["components"]]
    values = {field["custom_id"]: field.get("value") for field in fields}
    assert values["model"] == "our-model"
    assert not values["key"]

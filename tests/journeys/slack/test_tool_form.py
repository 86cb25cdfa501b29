"""A workspace brings a server of tools along, in a form; its key goes nowhere but to that server."""

from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import SecretStr

from bots.service import serving as serving_parley
from core import texts
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model
from tests.journeys.slack.workspace import ANN, BEN, Workspace
from tests.tools.servers import over_http

KEY = "very-secret-key"


async def test_a_server_is_brought_in_a_form_used_by_a_persona_and_removed(
    workspace: Workspace, model: Model, settings: Settings, tmp_path: Path
) -> None:
    more = {"own_endpoints": "any", "encryption_keys": SecretStr(Fernet.generate_key().decode())}
    async with over_http() as url, serving_parley(settings.model_copy(update=more), frozenset({Platform.SLACK})):
        assert await workspace.command(BEN, "tools set") == texts.NOT_ALLOWED_ADMINS
        form = await workspace.opened(ANN, "tools set")
        errors = await workspace.refused(ANN, form, name="No Name!", url="nowhere", key="two words")
        assert set(errors) == {"name", "url", "key"}
        await workspace.saved(ANN, form, name="tickets", url=url, key=KEY)
        assert "`tickets:…` (the workspace's own" in await workspace.command(ANN, "tools")
        assert "`tickets:weather`" in await workspace.command(ANN, "tools show tickets")
        await workspace.command(ANN, "persona create Clerk Look it up.")
        form = await workspace.opened(ANN, "persona edit Clerk")
        await workspace.saved(ANN, form, tools="tickets:weather")
        await workspace.command(ANN, "persona assign Clerk")
        await model.will_call(("tickets__weather", {"city": "Ghent"}))
        await model.will_say("It rains.")
        form = await workspace.opened(ANN, "tools set")
        seen = str(form) + str(await workspace.state()) + await workspace.command(ANN, "audit")
        assert KEY not in seen
        await workspace.reply(await workspace.say(BEN, "@Parley the weather?"), "It rains.")
        assert "Rain in Ghent." in str(await model.messages())
        assert "removed" in await workspace.command(ANN, "tools remove tickets")
        assert texts.no_tool_server("tickets") == await workspace.command(ANN, "tools show tickets")
    assert KEY.encode() not in (tmp_path / "parley.db").read_bytes()

"""The form of a workspace's own model endpoint. Its key is entered here, and never shown again."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import views
from bots.slack.command import Command
from bots.slack.views import Origin
from core.endpoints import EndpointKind
from core.own_endpoints import KEY_LIMIT, URL_LIMIT, OwnEndpoints, OwnShown
from storage.endpoints import OwnFields

FORM = "endpoint_form"
MODEL_LIMIT = 200
KEPT = "Leave it empty to keep the one that is there"
FIRST = "The key that its provider gave you"


def form(origin: Origin, shown: OwnShown | None) -> dict[str, Any]:
    address, model, kind = (shown.base_url, shown.model, shown.kind.value) if shown else ("", "", "")
    key_hint = KEPT if shown and shown.has_key else FIRST
    blocks = [
        _line("base_url", "Address", address, "https://api.openai.com/v1", URL_LIMIT),
        _line("model", "Model", model, "gpt-5", MODEL_LIMIT),
        _line("key", "Key", "", key_hint, KEY_LIMIT),
        views.select("kind", "Kind", EndpointKind, kind, "Guess it from the address"),
    ]
    return views.form(FORM, "Own model endpoint", origin.packed(), blocks)


class EndpointForm:
    def __init__(self, endpoints: OwnEndpoints) -> None:
        self._endpoints = endpoints

    async def save(self, command: Command, view: dict[str, Any], client: AsyncWebClient) -> str:
        """Raises NotPossible with every problem, and PlatformTrouble."""
        given = OwnFields(
            kind=views.chosen(view, "kind"),
            base_url=views.entered(view, "base_url"),
            model=views.entered(view, "model"),
            key=views.entered(view, "key") or None,
        )
        return await self._endpoints.set(command.by, given)


def _line(block_id: str, label: str, value: str, placeholder: str, limit: int) -> dict[str, Any]:
    return views.text_input(block_id, label, value, placeholder, limit, optional=True)

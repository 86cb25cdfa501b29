"""The form of a workspace's model."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import views
from bots.slack.command import Command
from bots.slack.views import Origin
from core.workspace import WorkspaceSettings
from storage.configurations import Configuration

FORM = "model_form"


def form(origin: Origin, configuration: Configuration, offered: tuple[str, ...]) -> dict[str, Any]:
    menu = views.select("model", "Model of this workspace", offered, configuration.model, "As Parley is set up")
    return views.form(FORM, "Model", origin.packed(), [menu])


class ModelForm:
    def __init__(self, workspace: WorkspaceSettings) -> None:
        self._workspace = workspace

    async def save(self, command: Command, view: dict[str, Any], client: AsyncWebClient) -> str:
        """Raises NotPossible and PlatformTrouble."""
        return await self._workspace.set_model(command.by, views.chosen(view, "model"))

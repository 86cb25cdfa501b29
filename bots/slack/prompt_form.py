"""The form of a workspace's prompt."""

from dataclasses import replace
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import views
from bots.slack.command import Command
from bots.slack.views import Origin
from core.workspace import WorkspaceSettings

FORM = "prompt_form"
LABEL = "What should I always know or do in this workspace?"


def form(origin: Origin, prompt: str) -> dict[str, Any]:
    blocks, joints = views.long_text("prompt", LABEL, prompt, "")
    return views.form(FORM, "Workspace prompt", replace(origin, joints=joints).packed(), blocks)


class PromptForm:
    def __init__(self, workspace: WorkspaceSettings) -> None:
        self._workspace = workspace

    async def save(self, command: Command, view: dict[str, Any], client: AsyncWebClient) -> str:
        """Raises NotPossible and PlatformTrouble."""
        return await self._workspace.set_prompt(command.by, views.whole_text(view, "prompt"))

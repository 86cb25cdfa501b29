"""App Home: what applies in a workspace, with buttons for those who may change it; and what to ask, in direct messages.

docs.slack.dev/surfaces/app-home. Whoever presses a button is asked about again when it is pressed, and when a form is
saved: what is shown may be old.
"""

from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import views, web
from bots.slack.rights import Rights
from core.errors import PlatformTrouble
from core.personas import NO_PERSONAS, NO_PROMPT, Personas, WorkspaceRef
from storage import usage
from storage.database import Database
from storage.personas import Assigned
from storage.usage import Usage
from storage.words import Platform

log = structlog.get_logger()

PROMPT = "home_prompt"
NEW_PERSONA = "home_persona_new"
# docs.slack.dev/surfaces/app-home: a view has at most 100 blocks; a section's text has at most 3,000 characters.
PERSONAS_SHOWN = 40
TEXT_SHOWN = 2_000
QUESTIONS_TITLE = "What would you like to know?"
QUESTIONS = (
    ("What can you do?", "What can you do for me here?"),
    ("Sum something up", "Sum up the following text in three sentences:"),
    ("Find better words", "Make this message shorter and friendlier:"),
    ("Look at a file", "I will attach a file. Tell me what matters in it:"),
)


class Home:
    def __init__(self, database: Database, personas: Personas, rights: Rights) -> None:
        self._database = database
        self._personas = personas
        self._rights = rights

    async def heed(self, event: Any, team_id: str, client: AsyncWebClient) -> bool:
        """Show what a person opened; false when the event is something else."""
        if not isinstance(event, dict) or event.get("type") != "app_home_opened":
            return False
        user_id, channel_id = event.get("user"), event.get("channel")
        if event.get("tab") == "messages" and isinstance(channel_id, str):
            await self._suggest(channel_id, client)
        elif isinstance(user_id, str):
            await self.show(team_id, user_id, client)
        return True

    async def show(self, team_id: str, user_id: str, client: AsyncWebClient) -> None:
        """Draw a person's App Home anew."""
        try:
            manages = await self._rights.manages_workspace(team_id, user_id)
            await web.call(client.views_publish(user_id=user_id, view=await self._view(team_id, manages=manages)))
        except PlatformTrouble as trouble:
            log.info("home.not_shown", team=team_id, user=user_id, code=trouble.code)

    async def _suggest(self, channel_id: str, client: AsyncWebClient) -> None:
        prompts = [{"title": title, "message": message} for title, message in QUESTIONS]
        try:
            await web.call(
                client.assistant_threads_setSuggestedPrompts(
                    channel_id=channel_id, title=QUESTIONS_TITLE, prompts=prompts
                )
            )
        except PlatformTrouble as trouble:
            log.info("prompts.not_set", channel=channel_id, code=trouble.code)

    async def _view(self, team_id: str, *, manages: bool) -> dict[str, Any]:
        workspace = WorkspaceRef(Platform.SLACK, team_id)
        used = await self._database.run(usage.so_far, Platform.SLACK, team_id)
        blocks = [
            *_prompt(await self._personas.prompt(workspace), manages=manages),
            *_personas(await self._personas.listed(workspace), manages=manages),
            *_usage(used),
        ]
        return {"type": "home", "blocks": blocks}


def _prompt(prompt: str, *, manages: bool) -> list[dict[str, Any]]:
    text = prompt if len(prompt) <= TEXT_SHOWN else prompt[:TEXT_SHOWN] + "…"
    buttons = [_actions(_button(PROMPT, "Edit the prompt"))] if manages else []
    return [_header("Workspace prompt"), _section(text or NO_PROMPT), *buttons]


def _personas(listed: list[Assigned], *, manages: bool) -> list[dict[str, Any]]:
    blocks = [_header("Personas")]
    for one in listed[:PERSONAS_SHOWN]:
        channels = ", ".join(f"#{name}" for name in one.channels[:PERSONAS_SHOWN]) or "in no channel"
        section = _section(f"{one.persona.name}: {channels}")
        if manages:
            section["accessory"] = _button(views.EDIT, "Edit", one.persona.name)
        blocks.append(section)
    if len(listed) > PERSONAS_SHOWN:
        blocks.append(_section(f"and {len(listed) - PERSONAS_SHOWN} more: /parley persona list"))
    if not listed:
        blocks.append(_section(NO_PERSONAS))
    return [*blocks, _actions(_button(NEW_PERSONA, "New persona"))] if manages else blocks


def _usage(used: Usage) -> list[dict[str, Any]]:
    tokens = f"{used.tokens_in:,} tokens read and {used.tokens_out:,} written"
    return [_header("So far"), _section(f"{used.answers:,} answers, with {tokens}.")]


def _header(text: str) -> dict[str, Any]:
    return {"type": "header", "text": {"type": "plain_text", "text": text}}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "plain_text", "text": text}}


def _actions(button: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": [button]}


def _button(action_id: str, label: str, value: str = "") -> dict[str, Any]:
    button = {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": label}}
    return button | {"value": value} if value else button

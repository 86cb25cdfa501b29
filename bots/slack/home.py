"""App Home: what applies in a workspace, with buttons for those who may change it; and what to ask, in direct messages.

docs.slack.dev/surfaces/app-home. Whoever presses a button is asked about again when it is pressed, and when a form is
saved: what is shown may be old.
"""

from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import persona_form, views, web
from bots.slack.people import People
from core import usage
from core.errors import PlatformTrouble
from core.people import Person
from core.personas import NO_PERSONAS, Personas
from core.usage import Report, Usage
from core.workspace import NO_PROMPT, WorkspaceSettings
from storage.configurations import Configuration
from storage.personas import Assigned

log = structlog.get_logger()

PROMPT, NEW_PERSONA, MODEL = "home_prompt", "home_persona_new", "home_model"
STARTERS, MANAGERS, AUDIT, USAGE = "home_starters", "home_managers", "home_audit", "home_usage"
BUTTONS = {
    PROMPT: "prompt set",
    NEW_PERSONA: "persona create",
    MODEL: "model set",
    STARTERS: "persona starters",
    MANAGERS: "managers set",
    AUDIT: "audit",
    USAGE: "usage everybody",
}
# docs.slack.dev/surfaces/app-home: a view has at most 100 blocks; a section's text has at most 3,000 characters.
PERSONAS_SHOWN = 40
TEXT_SHOWN = 2_000
SECTION_LIMIT = 3_000
QUESTIONS_TITLE = "What would you like to know?"
QUESTIONS = (
    ("What can you do?", "What can you do for me here?"),
    ("Sum something up", "Sum up the following text in three sentences:"),
    ("Find better words", "Make this message shorter and friendlier:"),
    ("Look at a file", "I will attach a file. Tell me what matters in it:"),
)


class Home:
    def __init__(self, used: Usage, personas: Personas, workspace: WorkspaceSettings, people: People) -> None:
        self._usage = used
        self._personas = personas
        self._workspace = workspace
        self._people = people

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
            view = await self._view(await self._people.somebody(team_id, user_id))
            await web.call(client.views_publish(user_id=user_id, view=view))
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

    async def _view(self, person: Person) -> dict[str, Any]:
        changes = await self._personas.rights.changes_workspace(person)
        administers = changes and await person.manages()
        configuration = await self._workspace.configuration(person.workspace)
        blocks = [
            *_prompt(configuration.prompt, changes=changes),
            *_personas(await self._personas.listed(person.workspace), changes=changes),
            *_model(configuration, changes=changes),
            *_managers(configuration, administers=administers),
            *_usage([await self._usage.own(person), *([await self._usage.whole(person)] if administers else [])]),
        ]
        return {"type": "home", "blocks": blocks}


def _prompt(prompt: str, *, changes: bool) -> list[dict[str, Any]]:
    text = prompt if len(prompt) <= TEXT_SHOWN else prompt[:TEXT_SHOWN] + "…"
    below = [_actions(views.button(PROMPT, "Edit the prompt"))] if changes else []
    return [_header("Workspace prompt"), _section(text or NO_PROMPT), *below]


def _personas(listed: list[Assigned], *, changes: bool) -> list[dict[str, Any]]:
    blocks = [_header("Personas")]
    for one in listed[:PERSONAS_SHOWN]:
        channels = ", ".join(f"#{name}" for name in one.channels[:PERSONAS_SHOWN]) or "in no channel"
        model = f" ({one.persona.model})" if one.persona.model else ""
        where = f": {channels}" if changes else ""
        section = _section(f"{one.persona.name}{model}{where}"[:SECTION_LIMIT])
        if changes:
            section["accessory"] = views.button(persona_form.EDIT, "Edit", one.persona.name)
        blocks.append(section)
    if len(listed) > PERSONAS_SHOWN:
        blocks.append(_section(f"and {len(listed) - PERSONAS_SHOWN} more: /parley persona list"))
    if not listed:
        blocks.append(_section(NO_PERSONAS))
    below = [views.button(NEW_PERSONA, "New persona"), views.button(STARTERS, "Some to begin with")]
    return [*blocks, _actions(*below)] if changes else blocks


def _model(configuration: Configuration, *, changes: bool) -> list[dict[str, Any]]:
    text = f"{configuration.model or 'As Parley is set up'}. Times are in {configuration.timezone}."
    return [_header("Model"), _section(text), *([_actions(views.button(MODEL, "Choose the model"))] if changes else [])]


def _managers(configuration: Configuration, *, administers: bool) -> list[dict[str, Any]]:
    if not administers:
        return []
    named = ", ".join(manager.name or manager.id for manager in configuration.managers) or "nobody"
    below = _actions(views.button(MANAGERS, "Name people"), views.button(AUDIT, "What was changed"))
    return [_header("Who may change this"), _section(f"Beside admins: {named}"[:SECTION_LIMIT]), below]


def _usage(reports: list[Report]) -> list[dict[str, Any]]:
    lines = [f"{report.whose}: {usage.sentence(report.total)}." for report in reports]
    below = [_actions(views.button(USAGE, "Day by day"))] if len(reports) > 1 else []
    return [_header("Used this month"), _section("\n".join(lines)), *below]


def _header(text: str) -> dict[str, Any]:
    return {"type": "header", "text": {"type": "plain_text", "text": text}}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "plain_text", "text": text}}


def _actions(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(buttons)}

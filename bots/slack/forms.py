"""What happens with forms and buttons: they open, and are saved or sent back with what is wrong."""

from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import views, web
from bots.slack.commands import Answer, Commands, command_of
from bots.slack.home import NEW_PERSONA, PROMPT, Home
from bots.slack.views import Origin
from core import texts
from core.errors import PlatformTrouble
from core.personas import PersonaError

log = structlog.get_logger()

# docs.slack.dev/reference/block-kit/blocks/section-block
SECTION_LIMIT = 3_000
# All blocks of a message together hold some 12,000 characters (`msg_blocks_too_long`); a response address can be used
# five times: docs.slack.dev/interactivity/handling-user-interaction.
MESSAGE_LIMIT = 4_500


async def answer(given: Answer, body: dict[str, Any], respond: Any, client: AsyncWebClient) -> None:
    """Show an answer to the person alone, or open its form."""
    in_a_view = "view" in body
    if given.form is None and not in_a_view:
        await _tell(given, respond)
        return
    try:
        view = given.form or views.notice(given.text)
        await web.call(client.views_open(trigger_id=body["trigger_id"], view=view))
    except PlatformTrouble as trouble:
        log.warning("form.not_opened", code=trouble.code)
        if not in_a_view:
            await respond(text=texts.SOMETHING_BROKE, response_type="ephemeral")


async def _tell(given: Answer, respond: Any) -> None:
    """A text that one message does not hold comes in several; what can be pressed is below the last."""
    parts = _cut(given.text, MESSAGE_LIMIT) or [""]
    for number, part in enumerate(parts, 1):
        sections = [
            {"type": "section", "text": {"type": "plain_text", "text": text}} for text in _cut(part, SECTION_LIMIT)
        ]
        blocks = [*sections, *(given.blocks if number == len(parts) else ())]
        plain = len(parts) == 1 and not given.blocks
        await respond(text=part, blocks=None if plain else blocks, response_type="ephemeral")


def _cut(text: str, limit: int) -> list[str]:
    return [text[at : at + limit] for at in range(0, len(text), limit)]


def listen(app: AsyncApp, commands: Commands, home: Home) -> None:
    """Register the forms and buttons on the app."""

    async def edit(
        ack: Any, body: dict[str, Any], action: dict[str, Any], respond: Any, client: AsyncWebClient
    ) -> None:
        await ack()
        channel = body.get("channel") or {}
        named = f'persona edit "{action.get("value") or ""}"'
        text = {PROMPT: "prompt set", NEW_PERSONA: "persona create"}.get(action["action_id"], named)
        asked = command_of(body, text, channel.get("id") or "", channel.get("name") or "")
        await answer(await commands.run(asked), body, respond, client)

    async def save(ack: Any, body: dict[str, Any], view: dict[str, Any], client: AsyncWebClient) -> None:
        origin = Origin.unpacked(view["private_metadata"])
        asked = command_of(body, "", origin.channel_id, origin.channel_name)
        try:
            done = await _save(commands, asked, origin, view)
        except PersonaError as error:
            await ack(response_action="errors", errors={_field_at_fault(view, str(error)): str(error)})
            return
        except PlatformTrouble:
            await ack(response_action="errors", errors={views.TEXT: texts.RIGHTS_UNKNOWN})
            return
        await ack()
        if origin.channel_id:
            await _confirm(client, origin.channel_id, asked.user_id, done)
        else:
            await home.show(asked.place.workspace_id, asked.user_id, client)

    for action_id in (views.EDIT, PROMPT, NEW_PERSONA):
        app.action(action_id)(edit)
    app.view(views.PERSONA)(save)
    app.view(views.PROMPT)(save)


async def _save(commands: Commands, asked: Any, origin: Origin, view: dict[str, Any]) -> str:
    text = views.whole_text(view)
    if view["callback_id"] == views.PROMPT:
        return await commands.save_prompt(asked, text)
    return await commands.save_persona(asked, origin, views.entered(view, views.NAME), text)


def _field_at_fault(view: dict[str, Any], message: str) -> str:
    """A message about a name belongs to the field for it, where the form has one."""
    fields = {block["block_id"] for block in view["blocks"]}
    return views.NAME if views.NAME in fields and ("name" in message or "called" in message) else views.TEXT


async def _confirm(client: AsyncWebClient, channel_id: str, user_id: str, text: str) -> None:
    try:
        await web.call(client.chat_postEphemeral(channel=channel_id, user=user_id, text=text))
    except PlatformTrouble as trouble:
        log.info("confirmation.not_shown", code=trouble.code)

"""What happens with forms and buttons: they open, and are saved or sent back with what is wrong."""

from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import views, web
from bots.slack.commands import Answer, Commands, command_of
from bots.slack.views import Origin
from core import texts
from core.errors import PlatformTrouble
from core.personas import PersonaError

log = structlog.get_logger()


async def answer(given: Answer, body: dict[str, Any], respond: Any, client: AsyncWebClient) -> None:
    """Show an answer to the person alone, or open its form."""
    if given.form is None:
        await respond(text=given.text, blocks=_blocks(given) if given.blocks else None, response_type="ephemeral")
        return
    try:
        await web.call(client.views_open(trigger_id=body["trigger_id"], view=given.form))
    except PlatformTrouble as trouble:
        log.warning("form.not_opened", code=trouble.code)
        await respond(text=texts.SOMETHING_BROKE, response_type="ephemeral")


def _blocks(given: Answer) -> list[dict[str, Any]]:
    text = given.text if len(given.text) <= views.INPUT_LIMIT else given.text[: views.INPUT_LIMIT - 1] + "…"
    return [{"type": "section", "text": {"type": "plain_text", "text": text}}, *given.blocks]


def listen(app: AsyncApp, commands: Commands) -> None:
    """Register the forms and buttons on the app."""

    async def edit(
        ack: Any, body: dict[str, Any], action: dict[str, Any], respond: Any, client: AsyncWebClient
    ) -> None:
        await ack()
        channel = body.get("channel") or {}
        text = f'persona edit "{action.get("value") or ""}"'
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
        await _confirm(client, origin.channel_id, asked.user_id, done)

    app.action(views.EDIT)(edit)
    app.view(views.PERSONA)(save)
    app.view(views.PROMPT)(save)


async def _save(commands: Commands, asked: Any, origin: Origin, view: dict[str, Any]) -> str:
    text = views.entered(view, views.TEXT)
    if view["callback_id"] == views.PROMPT:
        return await commands.save_prompt(asked, text)
    return await commands.save_persona(asked, origin, views.entered(view, views.NAME), text)


def _field_at_fault(view: dict[str, Any], message: str) -> str:
    """A message about a name belongs to the field for it, where the form has one."""
    fields = {block["block_id"] for block in view["blocks"]}
    return views.NAME if views.NAME in fields and ("name" in message or "called" in message) else views.TEXT


async def _confirm(client: AsyncWebClient, channel_id: str, user_id: str, text: str) -> None:
    if not channel_id:
        return
    try:
        await web.call(client.chat_postEphemeral(channel=channel_id, user=user_id, text=text))
    except PlatformTrouble as trouble:
        log.info("confirmation.not_shown", code=trouble.code)

"""What happens with commands, forms and buttons: forms open, and are saved or sent back with what is wrong."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import home, manager_form, markup, persona_form, privacy_commands, views, web
from bots.slack.command import Answer, Command, command_of, escaped
from bots.slack.commands import Commands
from bots.slack.home import Home
from bots.slack.people import People
from bots.slack.views import Origin
from core import texts
from core.errors import PlatformTrouble
from storage.problems import NotPossible, Problem

log = structlog.get_logger()

Save = Callable[[Command, dict[str, Any], AsyncWebClient], Awaitable[str]]

# What each button stands for.
BUTTONS = home.BUTTONS | {
    persona_form.EDIT: 'persona edit "{}"',
    manager_form.SET: "managers set",
    privacy_commands.FORGET: "forget {}",
}
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
        is_last = number == len(parts)
        blocks = [*sections, *(given.blocks if is_last else ())]
        if given.extras and is_last and await _taken(respond, part, [*blocks, *given.extras]):
            return
        plain = len(parts) == 1 and not given.blocks
        await respond(text=markup.escaped(part), blocks=None if plain else blocks, response_type="ephemeral")


async def _taken(respond: Any, text: str, blocks: list[dict[str, Any]]) -> bool:
    """Whether Slack shows these blocks: not every client and plan knows every kind."""
    response = await respond(text=markup.escaped(text), blocks=blocks, response_type="ephemeral")
    taken = response.status_code == 200 and "invalid_blocks" not in str(response.body)
    if not taken:
        log.info("blocks.not_taken", status=response.status_code)
    return taken


def _cut(text: str, limit: int) -> list[str]:
    return [text[at : at + limit] for at in range(0, len(text), limit)]


class Forms:
    """`saves` is what each form does with what was entered, by its name; it raises NotPossible or PlatformTrouble."""

    def __init__(self, commands: Commands, people: People, saves: Mapping[str, Save], home: Home) -> None:
        self._commands = commands
        self._people = people
        self._saves = saves
        self._home = home

    def listen(self, app: AsyncApp) -> None:
        """Register the command, the forms, and the buttons that stand for a command, on the app."""
        app.command("/parley")(self._type)
        for action_id in BUTTONS:
            app.action(action_id)(self._press)
        app.action(views.MORE)(_make_room)
        for callback_id in self._saves:
            app.view(callback_id)(self._save)

    async def _type(self, ack: Any, body: dict[str, Any], respond: Any, client: AsyncWebClient) -> None:
        await ack()
        where = body["channel_id"], body.get("channel_name") or ""
        await self._run(body.get("text") or "", where, body, respond, client)

    async def _press(
        self, ack: Any, body: dict[str, Any], action: dict[str, Any], respond: Any, client: AsyncWebClient
    ) -> None:
        await ack()
        channel = body.get("channel") or {}
        text = BUTTONS[action["action_id"]].format(escaped(str(action.get("value") or "")))
        await self._run(text, (channel.get("id") or "", channel.get("name") or ""), body, respond, client)

    async def _run(
        self, text: str, where: tuple[str, str], body: dict[str, Any], respond: Any, client: AsyncWebClient
    ) -> None:
        try:
            by = await self._people.who_used(body)
            given = await self._commands.run(command_of(by, text, *where))
        except Exception:
            log.exception("command.broke")
            given = Answer(texts.SOMETHING_BROKE)
        await answer(given, body, respond, client)

    async def _save(self, ack: Any, body: dict[str, Any], view: dict[str, Any], client: AsyncWebClient) -> None:
        origin = Origin.unpacked(view["private_metadata"])
        try:
            by = await self._people.who_used(body)
            command = command_of(by, "", origin.channel_id, origin.channel_name)
            done = await self._saves[view["callback_id"]](command, view, client)
        except Exception as error:
            await ack(response_action="errors", errors=errors_in(view, _problems(error)))
            return
        await ack()
        if origin.channel_id:
            await _confirm(client, origin.channel_id, by.id, done)
        else:
            await self._home.show(by.workspace_id, by.id, client)


def _problems(error: Exception) -> Iterable[Problem]:
    """What is told of why a form could not be saved; the form stays open, with all that was entered."""
    if isinstance(error, NotPossible):
        return error.problems
    if isinstance(error, PlatformTrouble):
        return [Problem("", texts.RIGHTS_UNKNOWN)]
    log.error("form.broke", exc_info=error)
    return [Problem("", texts.SOMETHING_BROKE)]


async def _make_room(ack: Any, body: dict[str, Any], action: dict[str, Any], client: AsyncWebClient) -> None:
    await ack()
    view = body["view"]
    wider = views.with_more_room(view, str(action.get("value") or ""))
    try:
        await web.call(client.views_update(view_id=view["id"], hash=view.get("hash"), view=wider))
    except PlatformTrouble as trouble:
        log.info("form.not_widened", code=trouble.code)


def errors_in(view: dict[str, Any], problems: Iterable[Problem]) -> dict[str, str]:
    """Each problem beside the field that it is about, or else beside the first one."""
    fields = [str(block["block_id"]) for block in view["blocks"] if block["type"] == "input"]
    said: dict[str, list[str]] = {}
    for problem in problems:
        said.setdefault(problem.field if problem.field in fields else fields[0], []).append(problem.sentence)
    return {field: " ".join(sentences) for field, sentences in said.items()}


async def _confirm(client: AsyncWebClient, channel_id: str, user_id: str, text: str) -> None:
    try:
        await web.call(client.chat_postEphemeral(channel=channel_id, user=user_id, text=markup.escaped(text)))
    except PlatformTrouble as trouble:
        log.info("confirmation.not_shown", code=trouble.code)

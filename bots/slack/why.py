"""What an answer was made from, in a window that turns pages: the shortcut "Why this answer?", and `/parley why`."""

import json
from collections.abc import Iterator
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import markup, web
from bots.slack.command import Answer, Command
from bots.slack.people import People
from core import texts
from core.errors import PlatformTrouble
from core.inspection import Inspection
from core.people import Person
from core.why import Passage, Why, passages
from storage.incoming import Place
from storage.problems import NotPossible
from storage.words import Platform

log = structlog.get_logger()

SHORTCUT = "why"
BACK, ON = "why_back", "why_on"
TITLE = "Why this answer?"
HELP = ("`/parley why`: what my newest answer here was made from (in the menu of an answer: what that one was)",)
LOOKING = "One moment …"
# A section holds 3,000 characters and a view 100 blocks: docs.slack.dev/reference/block-kit/blocks/section-block and
# docs.slack.dev/reference/views. Slack refuses more than some 12,000 characters in all (`msg_blocks_too_long`).
SECTION_LIMIT = 2_900
BLOCKS_LIMIT = 90
PAGE_LIMIT = 9_000

Block = dict[str, Any]


class Explanations:
    def __init__(self, inspection: Inspection, people: People) -> None:
        self._inspection = inspection
        self._people = people

    def listen(self, app: AsyncApp) -> None:
        """Register the shortcut, and the buttons that turn pages."""
        app.message_shortcut(SHORTCUT)(self._explain)
        for action_id in (BACK, ON):
            app.action(action_id)(self._turn)

    async def answer(self, command: Command, _rest: str) -> Answer:
        """`/parley why`: about the newest answer in the channel. Raises NotPossible or PlatformTrouble."""
        channel_id = command.place.channel_id
        return Answer(form=window(await self._inspection.newest(command.place, channel_id, command.by), channel_id))

    async def _explain(self, ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        """A window must be opened within three seconds, so it opens first, and is filled then."""
        await ack()
        opened = client.views_open(trigger_id=body["trigger_id"], view=notice(LOOKING))
        try:
            view_id = str((await web.call(opened))["view"]["id"])
        except PlatformTrouble as trouble:
            log.warning("window.not_opened", code=trouble.code)
            return
        view = await self._told(body, body["channel"]["id"], str(body["message_ts"]))
        if not await _shown(client, view_id, view):
            await _shown(client, view_id, notice(texts.SOMETHING_BROKE))

    async def _told(self, body: dict[str, Any], channel_id: str, message_id: str) -> dict[str, Any]:
        """What the window says; whatever goes wrong, it does not go on saying that one has to wait."""
        try:
            by = await self._people.who_used(body)
            return window(await self._inspection.of_message(_place(by, channel_id), message_id, by), channel_id)
        except NotPossible as refusal:
            return notice(str(refusal))
        except PlatformTrouble:
            return notice(texts.RIGHTS_UNKNOWN)
        except Exception:
            log.exception("window.broke")
            return notice(texts.SOMETHING_BROKE)

    async def _turn(self, ack: Any, body: dict[str, Any], action: dict[str, Any], client: AsyncWebClient) -> None:
        """Another page of what is shown; whether the person may see it is asked again."""
        await ack()
        about = json.loads(body["view"]["private_metadata"])
        try:
            by = await self._people.who_used(body)
            place = _place(by, about["channel"])
            why = await self._inspection.why(about["reply"], by, place=place, version=about["version"])
            view = window(why, about["channel"], int(action["value"]))
            await web.call(client.views_update(view_id=body["view"]["id"], view=view))
        except (NotPossible, PlatformTrouble) as trouble:
            log.info("page.not_turned", reply=about["reply"], reason=str(trouble))


async def _shown(client: AsyncWebClient, view_id: str, view: dict[str, Any]) -> bool:
    """Whether Slack took it."""
    try:
        await web.call(client.views_update(view_id=view_id, view=view))
    except PlatformTrouble as trouble:
        log.warning("window.not_shown", code=trouble.code)
        return False
    return True


def window(why: Why, channel_id: str, page: int = 0) -> dict[str, Any]:
    """One page of what an answer was made from."""
    pages = list(_pages(why))
    page = max(0, min(page, len(pages) - 1))
    about = {"reply": why.reply, "version": why.version, "channel": channel_id}
    blocks = [*pages[page], *_turning(page, len(pages))]
    return _modal(blocks) | {"private_metadata": json.dumps(about)}


def notice(text: str) -> dict[str, Any]:
    return _modal([_section("plain_text", text)])


def _modal(blocks: list[Block]) -> dict[str, Any]:
    return {"type": "modal", "title": _plain(TITLE), "close": _plain("Close"), "blocks": blocks}


def _place(by: Person, channel_id: str) -> Place:
    return Place(platform=Platform.SLACK, workspace_id=by.workspace_id, channel_id=channel_id)


def _pages(why: Why) -> Iterator[list[Block]]:
    """As many blocks on each page as Slack takes."""
    page: list[Block] = []
    for passage in passages(why):
        for block in _blocks(passage):
            if len(page) == BLOCKS_LIMIT or sum(map(_weight, page)) + _weight(block) > PAGE_LIMIT:
                yield page
                page = []
            page.append(block)
    yield page


def _blocks(passage: Passage) -> Iterator[Block]:
    """A heading, its lines together in sections, and texts as they are in sections of their own."""
    yield {"type": "header", "text": _plain(passage.title[:150])}
    lines = ""
    for told in passage.told:
        line = f"• {markup.escaped(told.line)}"[:SECTION_LIMIT]
        if lines and len(lines) + len(line) >= SECTION_LIMIT:
            yield _section("mrkdwn", lines)
            lines = ""
        lines = f"{lines}\n{line}" if lines else line
        if told.text:
            yield _section("mrkdwn", lines)
            yield from (_section("plain_text", text) for text in _cut(told.text))
            lines = ""
    if lines:
        yield _section("mrkdwn", lines)


def _turning(page: int, pages: int) -> list[Block]:
    if pages == 1:
        return []
    buttons = [_button(BACK, "Back", page - 1)] if page > 0 else []
    buttons += [_button(ON, "Go on", page + 1)] if page < pages - 1 else []
    where = {"type": "context", "elements": [_plain(f"Page {page + 1} of {pages}")]}
    return [where, {"type": "actions", "elements": buttons}]


def _button(action_id: str, label: str, page: int) -> Block:
    return {"type": "button", "action_id": action_id, "text": _plain(label), "value": str(page)}


def _cut(text: str) -> list[str]:
    parts = (text[at : at + SECTION_LIMIT] for at in range(0, len(text), SECTION_LIMIT))
    return [part for part in parts if part.strip()]


def _section(kind: str, text: str) -> Block:
    return {"type": "section", "text": {"type": kind, "text": text}}


def _weight(block: Block) -> int:
    return len(block["text"]["text"])


def _plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}

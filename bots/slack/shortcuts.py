"""The message shortcut "Ask Parley about this": a question about a message, asked in its thread for everybody to see.

The question is posted there with the name of who asks, since people who read the answer want to know what it is to, and
by whom; and from there on it is a message of the conversation like any other.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import events, markup, reading, views, web
from bots.slack.hearing import Hearing
from bots.slack.workspaces import Presence, Workspaces
from core import texts
from core.errors import Kind, PlatformTrouble
from storage.incoming import Author, Incoming, Place
from storage.words import Platform

log = structlog.get_logger()

ASK_ABOUT = "ask_about"
QUESTION = "question"
# All of it goes into `private_metadata`, which has at most 3,000 characters: docs.slack.dev/reference/views.
QUOTED = 700
QUESTION_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class About:
    """The message that is asked about, as far as the form has to remember it."""

    channel_id: str
    thread_ts: str
    quote: str

    def packed(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def unpacked(cls, metadata: str) -> "About":
        return cls(**json.loads(metadata))


class Shortcuts:
    def __init__(self, workspaces: Workspaces, hearing: Hearing) -> None:
        self._workspaces = workspaces
        self._hearing = hearing

    def listen(self, app: AsyncApp) -> None:
        """Register the shortcut and its form on the app."""
        app.message_shortcut(ASK_ABOUT)(self._open)
        app.view(ASK_ABOUT)(self._submit)

    async def _open(self, ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        presence = await self._presence(body)
        message = body.get("message") or {}
        quote = await markup.named(reading.whole_text(message), presence.own.user_id, presence.names)
        thread_ts = str(message.get("thread_ts") or body["message_ts"])
        about = About(body["channel"]["id"], thread_ts, shortened(quote))
        try:
            await web.call(client.views_open(trigger_id=body["trigger_id"], view=form(about)))
        except PlatformTrouble as trouble:
            log.warning("form.not_opened", code=trouble.code)

    async def _submit(self, ack: Any, body: dict[str, Any], view: dict[str, Any], client: AsyncWebClient) -> None:
        about = About.unpacked(view["private_metadata"])
        question = views.entered(view, QUESTION).strip()
        presence = await self._presence(body)
        user_id = body["user"]["id"]
        try:
            ts = await _posted(client, about, user_id, question)
        except PlatformTrouble as trouble:
            log.info("question.not_posted", channel=about.channel_id, code=trouble.code)
            outside = trouble.code == "not_in_channel" or trouble.kind is Kind.MISSING
            reason = texts.ASK_NEEDS_ME if outside else texts.ASK_FAILED
            await ack(response_action="errors", errors={QUESTION: reason})
            return
        await ack()
        author = Author(id=user_id, name=await presence.names.user(user_id))
        await self._hearing.take(await _asked(about, ts, author, question, presence), presence)

    async def _presence(self, body: dict[str, Any]) -> Presence:
        team_id = str((body.get("team") or {}).get("id") or "")
        presence = await self._workspaces.presence(team_id, str((body.get("enterprise") or {}).get("id") or ""))
        if presence is None:
            raise LookupError(f"Parley is not installed in {team_id!r}")
        return presence


def form(about: About) -> dict[str, Any]:
    """The message that is asked about, and a field for the question."""
    quote = {"type": "section", "text": {"type": "plain_text", "text": about.quote or "(no text)"}}
    field = views.text_input(QUESTION, "Your question", "", "What does this mean?", QUESTION_LIMIT, multiline=True)
    said = {"type": "plain_text", "text": "Your question and my answer go into the message's thread."}
    blocks = [quote, field, {"type": "context", "elements": [said]}]
    return views.form(ASK_ABOUT, "Ask Parley about this", about.packed(), blocks, submit="Ask")


def shortened(text: str) -> str:
    return text if len(text) <= QUOTED else f"{text[:QUOTED]}…"


async def _posted(client: AsyncWebClient, about: About, user_id: str, question: str) -> str:
    """Post the question where the message is; its timestamp. The name in it notifies nobody but who asks."""
    answer = await web.call(
        client.chat_postMessage(
            channel=about.channel_id,
            thread_ts=about.thread_ts,
            text=f"<@{user_id}> asks: {markup.escaped(question)}",
            unfurl_links=False,
            unfurl_media=False,
        )
    )
    return str(answer["ts"])


async def _asked(about: About, ts: str, author: Author, question: str, presence: Presence) -> Incoming:
    """The question as the person's own turn, with the message that it is about."""
    direct = about.channel_id.startswith("D")
    quoted = "\n".join(f"> {line}" for line in about.quote.splitlines())
    return Incoming(
        place=Place(
            platform=Platform.SLACK,
            workspace_id=presence.own.team_id,
            workspace_name=presence.own.team_name,
            channel_id=about.channel_id,
            channel_name="" if direct else await presence.names.channel(about.channel_id),
        ),
        thread_key=about.thread_ts,
        posts_in=about.channel_id,
        message_id=ts,
        position=events.position(ts),
        author=author,
        text=f"About this message:\n{quoted}\n\n{question}" if quoted else question,
        sent_at=datetime.fromtimestamp(float(ts), UTC),
        asks=True,
    )

"""A reply in a Slack thread: posted with `chat.postMessage`, grown with `chat.update`."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import attaching, buttons, content, hints, markup, web
from bots.slack.status import Signs, Spot
from core import texts
from core.errors import Kind, PlatformTrouble
from core.pacing import Rate
from core.surface import Controls, Limited
from storage.claims import Work

log = structlog.get_logger()

Send = Callable[[dict[str, Any]], Awaitable[Any]]

# docs.slack.dev/reference/methods/chat.update: `text` of more than 4,000 characters is refused (msg_too_long).
TEXT_LIMIT = 3_900
# docs.slack.dev/apis/web-api/rate-limits: chat.update is Tier 3, 50 a minute for each workspace; chat.postMessage
# takes about one a second for each channel.
UPDATES = Rate(50, 60.0)
POSTS = Rate(1, 1.0)
METADATA = "parley_reply"
# docs.slack.dev/reference/methods/assistant.threads.setStatus: a status goes away after two minutes.
STATUS_S = 90.0
# What Slack says of blocks that it does not take.
BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})


class SlackSurface:
    """Where one reply goes: posts and edits in a thread."""

    text_limit = TEXT_LIMIT
    most_messages = 1_000
    working_s = STATUS_S

    def __init__(self, client: AsyncWebClient, work: Work, signs: Signs) -> None:
        self._client = client
        self._signs = signs
        self._work = work
        self._spot = Spot(work.workspace_id, work.posts_in, work.thread_key)
        # A process that went down may have left its sign.
        self._signed = work.epoch > work.version
        self._tried: set[str] = set()
        self._plain = False
        self.posts = Limited(f"slack:{work.workspace_id}:post:{work.posts_in}", POSTS)
        self.edits = Limited(f"slack:{work.workspace_id}:update", UPDATES)

    def weigh(self, text: str) -> int:
        return len(markup.escaped(text))

    async def open(self, text: str, token: str, controls: Controls) -> str:
        """Post once for each token: after a call whose answer was lost, the thread is looked through first."""
        if found := await self._earlier(token, lambda message: token_of(message) == token):
            return found

        async def post(content: dict[str, Any]) -> Any:
            return await web.call(
                self._client.chat_postMessage(
                    channel=self._spot.channel_id,
                    thread_ts=self._spot.thread_ts,
                    unfurl_links=False,
                    unfurl_media=False,
                    metadata={"event_type": METADATA, "event_payload": {"token": token}},
                    **content,
                )
            )

        try:
            answer = await self._with_blocks_or_without(post, text, controls)
        except PlatformTrouble as trouble:
            await hints.tell(self._client, self._work, trouble)
            raise
        if self._signs.goes_with_a_post(self._spot.team_id):
            self._signed = False
        return str(answer["ts"])

    async def edit(self, message_id: str, text: str, controls: Controls) -> None:
        async def update(content: dict[str, Any]) -> Any:
            return await web.call(self._client.chat_update(channel=self._spot.channel_id, ts=message_id, **content))

        await self._with_blocks_or_without(update, text, controls)

    async def attach(self, name: str, text: str, token: str, controls: Controls) -> str:
        """As `open`, with the text as a file. Its message is shown first, and given its buttons then."""
        stem, dot, kind = name.rpartition(".")
        name = f"{stem}-{token}{dot}{kind}"
        message_id = await self._earlier(token, lambda message: name in attaching.names(message))
        if not message_id:
            message_id = await attaching.attach(self._client, self._spot.channel_id, self._spot.thread_ts, name, text)
        if not attaching.is_file(message_id):
            await self._give_buttons(message_id, name, controls)
        return message_id

    async def point(self, token: str) -> str:
        return await self.open(texts.ANSWERED_ABOVE, token, Controls.NONE)

    async def remove(self, message_id: str) -> None:
        if attaching.is_file(message_id):
            await attaching.remove(self._client, message_id)
            return
        await web.call(self._client.chat_delete(channel=self._spot.channel_id, ts=message_id))

    async def working(self) -> None:
        self._signed = True
        await self._signs.show(self._spot, self._client)
        self._signed = True

    async def rest(self) -> None:
        if self._signed:
            self._signs.clear(self._spot, self._client)

    async def _with_blocks_or_without(self, send: Send, text: str, controls: Controls) -> Any:
        """Send the text, without blocks from the first time on that Slack refuses those of this reply."""
        if not self._plain:
            try:
                return await send(content.rich(text, self._work.reply_id, controls))
            except PlatformTrouble as trouble:
                if trouble.code not in BLOCKS_REFUSED:
                    raise
                log.warning("blocks.refused", reply=self._work.reply_id, code=trouble.code)
                self._plain = True
        return await send(content.plain(text))

    async def _give_buttons(self, message_id: str, name: str, controls: Controls) -> None:
        shown = buttons.blocks(self._work.reply_id, controls)
        try:
            await web.call(
                self._client.chat_update(channel=self._spot.channel_id, ts=message_id, text=name, blocks=shown)
            )
        except PlatformTrouble as trouble:
            log.info("file.without_buttons", reply=self._work.reply_id, code=trouble.code)

    async def _earlier(self, token: str, is_it: Callable[[dict[str, Any]], bool]) -> str:
        """The message that an earlier try for a token posted after all, if it is in the thread."""
        if token not in self._tried:
            self._tried.add(token)
            return ""
        try:
            answer = await web.call(
                self._client.conversations_replies(
                    channel=self._spot.channel_id,
                    ts=self._spot.thread_ts,
                    oldest=self._work.trigger_id,
                    include_all_metadata=True,
                    limit=200,
                )
            )
        except PlatformTrouble as trouble:
            if trouble.kind is Kind.MISSING:
                return ""
            raise
        return next((str(message["ts"]) for message in answer.get("messages") or [] if is_it(message)), "")


def token_of(message: dict[str, Any]) -> str:
    """The token that a message was posted for, if it is one of Parley's."""
    return str(((message.get("metadata") or {}).get("event_payload") or {}).get("token") or "")

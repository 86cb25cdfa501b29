"""A reply in a Slack thread: posted with `chat.postMessage`, grown with `chat.update`."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import attaching, buttons, content, events, hints, limits, markup, web
from bots.slack.guises import Guises
from bots.slack.status import Signs, Spot
from core import texts
from core.budget import Rate
from core.errors import Kind, PlatformTrouble
from core.surface import Below, Controls, Limited, Question
from storage.claims import Work

log = structlog.get_logger()

Send = Callable[[dict[str, Any]], Awaitable[Any]]

# docs.slack.dev/reference/methods/chat.update: `text` of more than 4,000 characters is refused (msg_too_long).
TEXT_LIMIT = 3_900
# Every edit of a workspace, the posts of a channel, and all those of a workspace.
UPDATES = limits.TIER_3
POSTS = Rate(1, 1.0, bursts=3)
ALL_POSTS = limits.POSTS
METADATA = "parley_reply"
STREAMS = "streaming_state_conflict"
# docs.slack.dev/reference/methods/assistant.threads.setStatus: a status goes away after two minutes.
STATUS_S = 90.0
# What Slack says of blocks that it does not take.
BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})


class SlackSurface:
    """Where one reply goes: posts and edits in a thread."""

    text_limit = TEXT_LIMIT
    most_messages = 1_000
    working_s = STATUS_S
    takes_back = True
    lasts_s: float | None = None

    def __init__(
        self,
        client: AsyncWebClient,
        work: Work,
        signs: Signs,
        guises: Guises,
        updates: Rate = UPDATES,
        posts: Rate = ALL_POSTS,
    ) -> None:
        self._client = client
        self._signs = signs
        self._guises = guises
        self._work = work
        # Until its first message is there, a reply that begins a thread is in none.
        self._spot = Spot(work.workspace_id, work.posts_in, "" if work.begins_thread else work.thread_key)
        # A process that went down may have left its sign.
        self._signed = work.epoch > work.version and not work.begins_thread
        self._tried: set[str] = set()
        self._plain = False
        all_posts = Limited(f"slack:{work.workspace_id}:post", posts)
        self.posts = Limited(f"slack:{work.workspace_id}:post:{work.posts_in}", POSTS, all_posts)
        self.edits = Limited(f"slack:{work.workspace_id}:update", updates)

    def weigh(self, text: str) -> int:
        return len(markup.escaped(text))

    async def open(self, text: str, token: str, controls: Below) -> str:
        """Post once for each token: where it may have been posted before, the thread is looked through first."""
        if found := await self._earlier(token, lambda message: token_of(message) == token):
            return self._first(found, controls)
        return await self._posted(text, token, controls)

    async def _posted(self, text: str, token: str, controls: Below) -> str:
        async def post(content: dict[str, Any]) -> Any:
            async def send(guise: dict[str, Any]) -> Any:
                return await web.call(
                    self._client.chat_postMessage(
                        channel=self._spot.channel_id,
                        thread_ts=self._spot.thread_ts or None,
                        unfurl_links=False,
                        unfurl_media=False,
                        metadata={"event_type": METADATA, "event_payload": {"token": token}},
                        **content,
                        **guise,
                    )
                )

            return await self._guises.post(self._work, send)

        try:
            answer = await self._with_blocks_or_without(post, text, controls)
        except PlatformTrouble as trouble:
            await hints.tell(self._client, self._work, trouble)
            raise
        if self._signs.goes_with_a_post(self._spot.team_id):
            self._signed = False
        return self._first(str(answer["ts"]), controls)

    async def edit(self, message_id: str, text: str, controls: Below) -> None:
        async def update(content: dict[str, Any]) -> Any:
            return await web.call(self._client.chat_update(channel=self._spot.channel_id, ts=message_id, **content))

        try:
            await self._ended_first(message_id, lambda: self._with_blocks_or_without(update, text, controls))
        except PlatformTrouble as trouble:
            if trouble.kind is not Kind.MISSING:
                await hints.tell(self._client, self._work, trouble)
            raise

    async def attach(self, name: str, text: str, token: str, controls: Below, note: str = "") -> str:
        """As `open`, with the text as a file. Where its message cannot be posted with the note and buttons, it is given
        them then; where it cannot be given them either, it stays without."""
        stem, dot, kind = name.rpartition(".")
        name = f"{stem}-{token}{dot}{kind}"
        rich = content.rich(note, self._work.reply_id, controls)["blocks"]
        shown = rich if note else buttons.blocks(self._work.reply_id, controls)
        if found := await self._earlier(token, lambda message: name in attaching.names(message)):
            await self._give_blocks(found, note or name, shown)
            return found
        more = {"blocks": shown} if shown else {}
        channel_id, thread_ts = self._spot.channel_id, self._spot.thread_ts

        async def send(guise: dict[str, Any]) -> attaching.Attached:
            return await attaching.attach(self._client, channel_id, thread_ts, name, text, more | guise)

        attached: attaching.Attached = await self._guises.post(self._work, send)
        if not attached.has_blocks and not attaching.is_file(attached.message_id):
            await self._give_blocks(attached.message_id, note or name, shown)
        return attached.message_id

    async def point(self, token: str) -> str:
        return await self.open(texts.ANSWERED_ABOVE, token, Controls.NONE)

    async def offer(self, message_id: str) -> None:
        """Only whoever asked sees it: docs.slack.dev/reference/methods/chat.postEphemeral."""
        await web.call(
            self._client.chat_postEphemeral(
                channel=self._spot.channel_id,
                thread_ts=self._spot.thread_ts,
                user=self._work.asker_id,
                text=texts.EDITED_SINCE,
                blocks=buttons.offer(self._work.reply_id),
            )
        )

    async def remove(self, message_id: str) -> None:
        if attaching.is_file(message_id):
            await attaching.remove(self._client, message_id)
            return

        async def delete() -> None:
            await web.call(self._client.chat_delete(channel=self._spot.channel_id, ts=message_id))

        await self._ended_first(message_id, delete)

    async def working(self) -> None:
        """Only a thread has a place for the sign."""
        if not self._spot.thread_ts:
            return
        self._signed = True
        await self._signs.show(self._spot, self._client)
        self._signed = True

    async def rest(self) -> None:
        if self._signed:
            self._signs.clear(self._spot, self._client)

    def _first(self, message_id: str, controls: Below) -> str:
        """Where a reply begins a thread, all that follows its first message goes below that."""
        if not self._spot.thread_ts and not isinstance(controls, Question):
            self._spot = replace(self._spot, thread_ts=message_id)
        return message_id

    async def _ended_first(self, message_id: str, change: Callable[[], Awaitable[Any]]) -> None:
        """Change a message: one that an earlier process has left streaming takes no change before its stream ends."""
        try:
            await change()
        except PlatformTrouble as trouble:
            if trouble.code != STREAMS:
                raise
            await self._end(message_id)
            await change()

    async def _end(self, message_id: str) -> None:
        """End a stream; the session goes on."""
        try:
            await web.call(
                self._client.chat_stopStream(channel=self._spot.channel_id, ts=message_id, session_status="processing")
            )
        except PlatformTrouble as trouble:
            log.debug("stream.not_ended", reply=self._work.reply_id, code=trouble.code)

    async def _with_blocks_or_without(self, send: Send, text: str, controls: Below) -> Any:
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

    async def _give_blocks(self, message_id: str, text: str, blocks: list[dict[str, Any]]) -> None:
        try:
            await web.call(
                self._client.chat_update(channel=self._spot.channel_id, ts=message_id, text=text, blocks=blocks)
            )
        except PlatformTrouble as trouble:
            log.info("file.without_buttons", reply=self._work.reply_id, code=trouble.code)

    async def _earlier(self, token: str, is_it: Callable[[dict[str, Any]], bool]) -> str:
        """The message that an earlier try for a token, or an earlier process, posted after all, if there is one."""
        is_first_try = token not in self._tried
        self._tried.add(token)
        if is_first_try and self._work.attempt == 1:
            return ""
        try:
            answer = await web.call(self._said_since())
        except PlatformTrouble as trouble:
            if trouble.kind is Kind.MISSING:
                return ""
            raise
        return next((str(message["ts"]) for message in answer.get("messages") or [] if is_it(message)), "")

    def _said_since(self) -> Awaitable[Any]:
        """What was said in the thread since it was asked, or in the channel where there is no thread yet."""
        work, thread_ts = self._work, self._spot.thread_ts
        is_message = events.is_timestamp(work.trigger_id)
        oldest = work.trigger_id if is_message else f"{work.asked_at.timestamp():.6f}"
        what: dict[str, Any] = {
            "channel": self._spot.channel_id,
            "oldest": oldest,
            "include_all_metadata": True,
            "limit": 200,
        }
        if not thread_ts:
            return self._client.conversations_history(**what)
        return self._client.conversations_replies(ts=thread_ts, **what)


def token_of(message: dict[str, Any]) -> str:
    """The token that a message was posted for, if it is one of Parley's."""
    return str(((message.get("metadata") or {}).get("event_payload") or {}).get("token") or "")

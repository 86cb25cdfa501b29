"""A reply that streams in Slack's own way: docs.slack.dev/reference/methods/chat.startStream.

    open ──► append ──► stop
      │        └── a stream that Slack ended, or a call that failed ──► edits, as on any other surface
      └── refused ──► posted, as on any other surface

What is appended stays, so an end that may yet change is held back until it does not. In channels only one person would
see a stream grow; it is for direct messages.
"""

import re
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import buttons, limits, markup, web
from bots.slack.guises import Guises
from bots.slack.status import Signs
from bots.slack.surface import SlackSurface, token_of
from core.errors import Kind, PlatformTrouble
from core.newest import Newest
from core.surface import Below, Controls, Limited, Question
from storage.claims import Work

log = structlog.get_logger()

STARTS = limits.RATES["chat.startStream"]
APPENDS = limits.RATES["chat.appendStream"]
MOST = 10_000
CLOSED_FENCE = re.compile(r"\n?(?:`{3,}|~{3,})\Z")


class Streaming:
    """The workspaces in which replies may stream; one that knows no streams is asked once."""

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted
        self._refused: Newest[str, None] = Newest(MOST)

    def suits(self, work: Work) -> bool:
        """Whether this reply may stream: its first version, in a direct message."""
        direct = work.posts_in.startswith("D") and not work.begins_thread
        return self._wanted and direct and not work.segments and work.workspace_id not in self._refused

    def refuse(self, team_id: str) -> None:
        self._refused[team_id] = None


class StreamingSurface(SlackSurface):
    """A surface whose growing messages are streams, for as long as Slack lets them."""

    takes_back = False

    def __init__(self, client: AsyncWebClient, work: Work, signs: Signs, guises: Guises, streaming: Streaming) -> None:
        super().__init__(client, work, signs, guises)
        self._streaming = streaming
        self._streams: dict[str, str] = {}
        self._stopped: set[str] = set()
        self.posts = Limited(f"slack:{work.workspace_id}:stream", STARTS)
        self.edits = Limited(f"slack:{work.workspace_id}:append", APPENDS)

    async def open(self, text: str, token: str, controls: Below) -> str:
        """Begin a stream with a text that will grow; any other is posted, unless an earlier try has begun a stream."""
        if isinstance(controls, Question) or not self._streaming.suits(self._work):
            return await super().open(text, token, controls)
        if found := await self._earlier(token, lambda message: is_stream(message) or token_of(message) == token):
            return found
        said = certain(text)
        if controls is not Controls.WORKING or not said:
            return await self._posted(text, token, controls)
        try:
            ts = await self._start(said)
        except PlatformTrouble as trouble:
            if trouble.kind in (Kind.LIMITED, Kind.TRANSIENT):
                raise
            log.info("stream.refused", team=self._work.workspace_id, code=trouble.code)
            self._streaming.refuse(self._work.workspace_id)
            return await self._posted(text, token, controls)
        self._streams[ts] = said
        self._signed = not self._signs.goes_with_a_post(self._work.workspace_id)
        return ts

    async def edit(self, message_id: str, text: str, controls: Below) -> None:
        """Append what is new; once the stream is over, edit."""
        growing = controls is Controls.WORKING
        if message_id in self._stopped and growing:
            return
        shown = self._streams.get(message_id)
        if shown is None:
            await super().edit(message_id, text, controls)
            return
        said = certain(text) if growing else markup.defused(text)
        if growing and (said == shown or not said.startswith(shown)):
            return
        if said.startswith(shown) and await self._went(message_id, said[len(shown) :], controls):
            self._streams[message_id] = said
        else:
            del self._streams[message_id]
            await self._end(message_id)
            await self.edit(message_id, text, controls)

    async def _start(self, said: str) -> str:
        async def send(guise: dict[str, Any]) -> Any:
            return await web.call(
                self._client.chat_startStream(
                    channel=self._spot.channel_id,
                    thread_ts=self._spot.thread_ts,
                    markdown_text=said,
                    recipient_team_id=self._work.workspace_id,
                    recipient_user_id=self._work.asker_id,
                    **guise,
                )
            )

        answer = await self._guises.post(self._work, send)
        return str(answer["ts"])

    async def _went(self, message_id: str, text: str, controls: Below) -> bool:
        """Whether a text was appended, and the last one ended the stream with the buttons below.

        What was one call too many is tried again later; what failed otherwise may have gone through unseen.
        """
        channel_id = self._spot.channel_id
        below = buttons.blocks(self._work.reply_id, controls)
        try:
            if controls is Controls.WORKING:
                await web.call(self._client.chat_appendStream(channel=channel_id, ts=message_id, markdown_text=text))
            else:
                await web.call(
                    self._client.chat_stopStream(
                        channel=channel_id, ts=message_id, markdown_text=text or None, blocks=below or None
                    )
                )
        except PlatformTrouble as trouble:
            if trouble.kind in (Kind.LIMITED, Kind.MISSING):
                raise
            log.info("stream.ended", reply=self._work.reply_id, code=trouble.code)
            if trouble.code == "stopped_by_user":
                self._stopped.add(message_id)
            return False
        return True


def is_stream(message: dict[str, Any]) -> bool:
    return message.get("streaming_state") == "in_progress"


def certain(text: str) -> str:
    """What of a growing text can be appended: not the fence that only closes it for the moment."""
    return markup.defused(CLOSED_FENCE.sub("", text))

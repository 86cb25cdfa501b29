"""A reply in a Slack thread: posted with `chat.postMessage`, grown with `chat.update`."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import buttons, markup, web
from core.errors import Kind, PlatformTrouble
from core.pacing import Rate
from core.surface import Controls, Limited
from storage.replies import Work

# docs.slack.dev/reference/methods/chat.update: `text` of more than 4,000 characters is refused (msg_too_long).
TEXT_LIMIT = 3_900
# docs.slack.dev/apis/web-api/rate-limits: chat.update is Tier 3, 50 a minute for each workspace; chat.postMessage
# takes about one a second for each channel.
UPDATES = Rate(50, 60.0)
POSTS = Rate(1, 1.0)
METADATA = "parley_reply"
# docs.slack.dev/reference/methods/assistant.threads.setStatus: a status goes away after two minutes.
STATUS_S = 90.0


class SlackSurface:
    """Where one reply goes. The text is given twice: as Markdown to be shown, and plain for notifications."""

    text_limit = TEXT_LIMIT
    working_s = STATUS_S

    def __init__(self, client: AsyncWebClient, work: Work) -> None:
        self._client = client
        self._reply_id = work.reply_id
        self._channel = work.posts_in
        self._thread_ts = work.thread_key
        self._tried: set[str] = set()
        self.posts = Limited(f"slack:{work.workspace_id}:post:{work.posts_in}", POSTS)
        self.edits = Limited(f"slack:{work.workspace_id}:update", UPDATES)

    def weigh(self, text: str) -> int:
        return len(markup.escaped(text))

    async def open(self, text: str, token: str, controls: Controls) -> str:
        """Post once for each token: after a call whose answer was lost, the thread is looked through first."""
        if token in self._tried and (found := await self._find(token)):
            return found
        self._tried.add(token)
        answer = await web.call(
            self._client.chat_postMessage(
                channel=self._channel,
                thread_ts=self._thread_ts,
                unfurl_links=False,
                unfurl_media=False,
                metadata={"event_type": METADATA, "event_payload": {"token": token}},
                **self._content(text, controls),
            )
        )
        return str(answer["ts"])

    async def edit(self, message_id: str, text: str, controls: Controls) -> None:
        await web.call(self._client.chat_update(channel=self._channel, ts=message_id, **self._content(text, controls)))

    async def attach(self, name: str, text: str, token: str, controls: Controls) -> str:
        answer = await web.call(
            self._client.files_upload_v2(
                channel=self._channel, thread_ts=self._thread_ts, filename=name, title=name, content=text
            )
        )
        return str(answer["file"]["id"])

    async def remove(self, message_id: str) -> None:
        await web.call(self._client.chat_delete(channel=self._channel, ts=message_id))

    async def working(self) -> None:
        await web.call(
            self._client.assistant_threads_setStatus(
                channel_id=self._channel, thread_ts=self._thread_ts, status="is thinking…"
            )
        )

    def _content(self, text: str, controls: Controls) -> dict[str, Any]:
        """A Markdown block, which carries no "(edited)" mark, and plain text for notifications and screen readers."""
        markdown = {"type": "markdown", "text": markup.defused(text)}
        return {"text": markup.escaped(text), "blocks": [markdown, *buttons.blocks(self._reply_id, controls)]}

    async def _find(self, token: str) -> str | None:
        """The message that was posted for a token, if it is in the thread after all."""
        try:
            answer = await web.call(
                self._client.conversations_replies(
                    channel=self._channel, ts=self._thread_ts, include_all_metadata=True, limit=200
                )
            )
        except PlatformTrouble as trouble:
            if trouble.kind is Kind.MISSING:
                return None
            raise
        for message in answer.get("messages") or []:
            if (message.get("metadata") or {}).get("event_payload", {}).get("token") == token:
                return str(message["ts"])
        return None

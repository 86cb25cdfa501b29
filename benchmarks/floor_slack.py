"""The bare floor on Slack: the model SDK's own stream, and a raw write each second. It keeps and guards nothing."""

import asyncio
import os
import time
from typing import Any

from openai import AsyncOpenAI
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

WRITE_EVERY_S = 1.0


async def answer(model: AsyncOpenAI, event: dict[str, Any], client: AsyncWebClient) -> None:
    """Answer one mention in its thread."""
    stream = await model.chat.completions.create(
        model=os.environ["OPENAI_MODEL"], messages=[{"role": "user", "content": event["text"]}], stream=True
    )
    channel, text, posted, written_at = event["channel"], "", "", 0.0
    async for chunk in stream:
        text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
        if not text or time.monotonic() - written_at < WRITE_EVERY_S:
            continue
        if posted:
            await client.chat_update(channel=channel, ts=posted, text=text)
        else:
            message = await client.chat_postMessage(channel=channel, thread_ts=event["ts"], text=text)
            posted = message["ts"]
        written_at = time.monotonic()
    await client.chat_update(channel=channel, ts=posted, text=text)


async def main() -> None:
    """Serve mentions over Socket Mode until the process is ended."""
    model = AsyncOpenAI()
    client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client)

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], client: AsyncWebClient) -> None:
        await answer(model, event, client)

    await AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).connect_async()  # type: ignore[no-untyped-call]
    print("ready", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())

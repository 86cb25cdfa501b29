"""The least on Slack, past Bolt: each answer is shown when it begins and when it is whole. It keeps nothing."""

import asyncio
import os
from typing import Any

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks import least
from bots.commands import loops


async def main() -> None:
    """Serve mentions over Socket Mode until the process is ended."""
    model, answering = least.model(), set[asyncio.Task[None]]()
    client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    socket = SocketModeClient(os.environ["SLACK_APP_TOKEN"], web_client=client)

    async def answer(event: dict[str, Any]) -> None:
        channel, posted = event["channel"], ""
        async for text in least.shown(model, event["text"]):
            if posted:
                await client.chat_update(channel=channel, ts=posted, text=text)
            else:
                message = await client.chat_postMessage(channel=channel, thread_ts=event["ts"], text=text)
                posted = message["ts"]

    async def hear(_: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        await socket.send_socket_mode_response(SocketModeResponse(request.envelope_id))
        event = request.payload.get("event", {})
        if event.get("type") == "app_mention":
            task = asyncio.create_task(answer(event))
            answering.add(task)
            task.add_done_callback(answering.discard)

    socket.socket_mode_request_listeners.append(hear)
    await socket.connect()  # type: ignore[no-untyped-call]
    loops.settle()
    print("ready", flush=True)
    await asyncio.Event().wait()


loops.run(main())

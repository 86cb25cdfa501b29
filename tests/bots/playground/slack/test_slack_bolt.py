"""A real Bolt app in Socket Mode lives through what Slack does to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bots.playground.slack.driving import LocalSlack, local_slack
from bots.playground.slack.rules import Rules


@asynccontextmanager
async def echoing(slack: LocalSlack) -> AsyncIterator[asyncio.Queue[dict[str, Any]]]:
    """An app that answers each mention in its thread, and keeps all other messages it hears."""
    client = AsyncWebClient("xoxb-playground", base_url=slack.api, session=slack.http)
    client.proxy = None
    app = AsyncApp(client=client, ignoring_self_events_enabled=False)
    heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    @app.event("app_mention")
    async def answer(event: dict[str, Any], client: AsyncWebClient) -> None:
        posted = await client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text="…")
        await client.chat_update(channel=event["channel"], ts=posted["ts"], text=f"echo: {event['text']}")

    @app.event("message")
    async def hear(event: dict[str, Any]) -> None:
        heard.put_nowait(event)

    handler = AsyncSocketModeHandler(app, "xapp-playground")
    handler.client.proxy = None
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield heard
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


def is_echo(change: dict[str, Any]) -> bool:
    return str(change["message"]["text"]).startswith("echo")


async def test_a_mention_is_answered_in_its_thread_and_the_app_hears_its_own_edits() -> None:
    async with local_slack() as slack, echoing(slack) as heard, slack.watching() as watcher:
        ts = await slack.say("ann", "general", "@Parley hello")
        changed = await watcher.until("message_changed", is_echo)
        subtypes = [(await heard.get()).get("subtype") for _ in range(3)]
    assert changed["message"]["thread_ts"] == ts
    assert changed["message"]["text"] == "echo: <@U0PARLEY01> hello"
    assert subtypes == [None, None, "message_changed"]


async def test_the_app_comes_back_after_a_refresh_and_misses_nothing() -> None:
    rules = Rules(disconnect_grace_s=0.05)
    async with local_slack(rules) as slack, echoing(slack), slack.watching() as watcher:
        await slack.control("POST", "sockets/disconnect", {"reason": "refresh_requested"})
        await slack.say("ann", "general", "@Parley still there?")
        await watcher.until("message_changed", is_echo)
        texts = [message["text"] for message in await slack.messages()]
    assert texts.count("echo: <@U0PARLEY01> still there?") == 1


async def test_many_mentions_at_once_are_all_answered() -> None:
    async with local_slack(Rules(rate_limits=False)) as slack, echoing(slack), slack.watching() as watcher:
        for n in range(100):
            await slack.say("ann", "general", f"@Parley {n}")
        echoes = [(await watcher.until("message_changed", is_echo))["message"]["text"] for _ in range(100)]
    assert len(set(echoes)) == 100

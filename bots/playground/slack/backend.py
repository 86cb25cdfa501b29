"""Everything that one local Slack runs on, put together with plain constructor arguments."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from aiohttp import web

from bots.playground.faults import Faults
from bots.playground.slack.calls import CallLog
from bots.playground.slack.delivery import Deliveries
from bots.playground.slack.events import Events
from bots.playground.slack.feed import Feed
from bots.playground.slack.limits import RateLimits
from bots.playground.slack.messaging import Messaging
from bots.playground.slack.people import People
from bots.playground.slack.request_urls import RequestUrl
from bots.playground.slack.response_urls import ResponseUrls
from bots.playground.slack.rules import Rules
from bots.playground.slack.sockets import Sockets
from bots.playground.slack.streams import Streams
from bots.playground.slack.threads import Threads
from bots.playground.slack.triggers import Triggers
from bots.playground.slack.uploading import Uploads
from bots.playground.slack.views import Views
from bots.playground.slack.world import SlackWorld


class Backend:
    """One workspace with its rules, connections and logs; workspaces with the same app may share its sockets."""

    def __init__(self, world: SlackWorld, rules: Rules, sockets: Sockets | None = None) -> None:
        self.world = world
        self.rules = rules
        self.faults = Faults()
        self.feed = Feed()
        self.calls = CallLog()
        self.limits = RateLimits()
        self.triggers = Triggers()
        self.responses = ResponseUrls()
        if sockets is None:
            sockets = Sockets(world.me.app_id or "", self.current_rules, self.feed, self.faults)
        self.sockets = sockets
        self.request_url = RequestUrl(self.current_rules)
        self.deliveries = Deliveries(self.sockets, self.request_url, self.current_rules, self.feed)
        self.events = Events(world, self.deliveries, self.current_rules)
        self.threads = Threads(self.feed)
        self.messaging = Messaging(world, self.events, self.threads, self.feed)
        self.views = Views(world, self.feed)
        self.streams = Streams()
        self.uploads = Uploads()
        self.people = People(world, self.messaging, self.events, self.feed)
        self._tasks: set[asyncio.Task[None]] = set()

    def current_rules(self) -> Rules:
        return self.rules

    @staticmethod
    def now() -> float:
        """Seconds of the running loop's steady clock, which limits and lifetimes are counted by."""
        return asyncio.get_running_loop().time()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something that outlives its request, until it ends or the server closes."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def hang_up(self, app: web.Application) -> None:
        """Close the connections that the app and the watchers keep open."""
        self.sockets.close()
        self.feed.close()

    async def close(self, app: web.Application) -> None:
        """Stop all timers and everything that still runs."""
        self.deliveries.close()
        self.threads.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.request_url.close()

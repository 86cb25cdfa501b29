"""What apps show about a thread: a status, a title, a session and suggested prompts."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from bots.playground.slack.feed import Feed

ThreadKey = tuple[str, str]


@dataclass(slots=True)
class ThreadState:
    """The signs of one thread; `session_status` is `active`, `processing`, `suspended`, `closed` or empty."""

    status: str = ""
    loading_messages: list[str] = field(default_factory=list)
    title: str = ""
    session_status: str = ""
    prompts: list[dict[str, str]] = field(default_factory=list)
    prompts_title: str = ""
    timer: asyncio.TimerHandle | None = None


class Threads:
    """The signs of all threads that have any."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._states: dict[ThreadKey, ThreadState] = {}
        self.channel_prompts: dict[str, dict[str, Any]] = {}

    def at(self, channel_id: str, ts: str) -> ThreadState:
        return self._states.setdefault((channel_id, ts), ThreadState())

    def set_status(self, channel_id: str, ts: str, status: str, loading: list[str], lifetime_s: float) -> None:
        """Show a status, or clear it with an empty one.

        docs.slack.dev/reference/methods/assistant.threads.setStatus: it goes when the app posts, or after two minutes.
        """
        state = self.at(channel_id, ts)
        if state.timer is not None:
            state.timer.cancel()
            state.timer = None
        state.status, state.loading_messages = status, loading
        if status:
            loop = asyncio.get_running_loop()
            state.timer = loop.call_later(lifetime_s, self.clear_status, channel_id, ts)
        self._feed.publish("status", channel=channel_id, thread_ts=ts, status=status, loading_messages=loading)

    def clear_status(self, channel_id: str, ts: str) -> None:
        """Take a status away where one is shown."""
        state = self._states.get((channel_id, ts))
        if state is not None and state.status:
            self.set_status(channel_id, ts, "", [], 0.0)

    def set_session(self, channel_id: str, ts: str, status: str) -> None:
        self.at(channel_id, ts).session_status = status
        self._feed.publish("session", channel=channel_id, thread_ts=ts, status=status)

    def set_title(self, channel_id: str, ts: str, title: str) -> None:
        self.at(channel_id, ts).title = title
        self._feed.publish("title", channel=channel_id, thread_ts=ts, title=title)

    def set_prompts(self, channel_id: str, ts: str | None, title: str, prompts: list[dict[str, str]]) -> None:
        """Suggest prompts in a thread, or with `ts` None in the whole direct message."""
        if ts is None:
            self.channel_prompts[channel_id] = {"title": title, "prompts": prompts}
        else:
            state = self.at(channel_id, ts)
            state.prompts, state.prompts_title = prompts, title
        self._feed.publish("prompts", channel=channel_id, thread_ts=ts, title=title, prompts=prompts)

    def close(self) -> None:
        """Stop all timers."""
        for state in self._states.values():
            if state.timer is not None:
                state.timer.cancel()

    def as_json(self) -> list[dict[str, Any]]:
        return [
            {
                "channel": channel_id,
                "thread_ts": ts,
                "status": state.status,
                "loading_messages": state.loading_messages,
                "title": state.title,
                "session_status": state.session_status,
                "prompts": state.prompts,
                "prompts_title": state.prompts_title,
            }
            for (channel_id, ts), state in self._states.items()
        ]

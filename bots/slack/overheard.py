"""What was said lately where Parley only listens, so that it knows the newest of a thread that it is called into.

It is in this process's memory and nowhere else, and the oldest of it goes as more comes. `conversations.replies` gives
the oldest messages of a thread first (docs.slack.dev/reference/methods/conversations.replies), and to some apps no more
than fifteen of them in a minute: the newest are then known from here alone.
"""

from typing import Any

MOST = 2_000
# A text that is longer is worth more memory than it is likely to be asked about.
TEXT_LIMIT = 4_000

Key = tuple[str, str, str]


class Overheard:
    """Messages by workspace, channel and timestamp, in the order in which they came."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._said: dict[Key, dict[str, Any]] = {}

    def hear(self, team_id: str, event: dict[str, Any]) -> None:
        """Keep a message for a while; it has a channel, a timestamp and a text."""
        if len(event["text"]) > TEXT_LIMIT:
            return
        self._said[team_id, event["channel"], event["ts"]] = event
        if len(self._said) > self._most:
            del self._said[next(iter(self._said))]

    def change(self, team_id: str, channel_id: str, ts: str, text: str) -> None:
        """A message says something else now; one that says nothing is gone."""
        event = self._said.pop((team_id, channel_id, ts), None)
        if event is not None and text:
            self.hear(team_id, event | {"text": text})

    def leave(self, team_id: str) -> None:
        """Forget a workspace."""
        for key in [key for key in self._said if key[0] == team_id]:
            del self._said[key]

    def forget(self, team_id: str, user_id: str) -> None:
        """Forget what a person has said."""
        for key in [key for key, said in self._said.items() if (key[0], said.get("user")) == (team_id, user_id)]:
            del self._said[key]

    def thread(self, team_id: str, channel_id: str, thread_ts: str) -> list[dict[str, Any]]:
        """What was heard of a thread, its root among it."""
        return [
            event
            for (team, channel, ts), event in self._said.items()
            if (team, channel) == (team_id, channel_id) and (event.get("thread_ts") or ts) == thread_ts
        ]

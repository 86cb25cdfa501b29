"""Response addresses (docs.slack.dev/interactivity/handling-user-interaction#message_responses).

Each interaction in a channel comes with one; it takes five messages within thirty minutes.
"""

import secrets
from dataclasses import dataclass

from bots.playground.slack.errors import SlackError


@dataclass(slots=True)
class ResponseUrl:
    """Where answers to one interaction go: the person, the channel and the message it was on."""

    user_id: str
    channel_id: str
    message_ts: str | None
    thread_ts: str | None
    born_at: float
    uses: int = 0


class ResponseUrls:
    """All response addresses given out."""

    def __init__(self) -> None:
        self._urls: dict[str, ResponseUrl] = {}

    def issue(self, user_id: str, channel_id: str, message_ts: str | None, thread_ts: str | None, now: float) -> str:
        """The secret last part of a new address."""
        key = secrets.token_urlsafe(18)
        self._urls[key] = ResponseUrl(user_id, channel_id, message_ts, thread_ts, now)
        return key

    def use(self, key: str, now: float, uses: int, lifetime_s: float) -> ResponseUrl:
        """Count one answer; raises `expired_url` or `used_url`."""
        found = self._urls.get(key)
        if found is None or now - found.born_at > lifetime_s:
            raise SlackError("expired_url")
        if found.uses >= uses:
            raise SlackError("used_url")
        found.uses += 1
        return found

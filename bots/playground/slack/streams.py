"""Messages that are being streamed.

    open ──stop──> completed
      │ ├──the Stop button──> stopped by the person
      │ └──five minutes──> expired

A closed stream takes nothing more; an open one refuses chat.update and chat.delete.
"""

from dataclasses import dataclass, field

from bots.playground.slack.messages import Message

StreamKey = tuple[str, str]


@dataclass(slots=True)
class Streams:
    """When each open stream began, and which ones people stopped."""

    _opened_at: dict[StreamKey, float] = field(default_factory=dict)
    _stopped_by_user: set[StreamKey] = field(default_factory=set)

    def open(self, message: Message, now: float) -> None:
        self._opened_at[_key(message)] = now

    def is_open(self, message: Message, now: float, lifetime_s: float) -> bool:
        """Whether a message still streams; Slack ends a stream some five minutes after its start."""
        opened_at = self._opened_at.get(_key(message))
        if opened_at is None:
            return False
        if now - opened_at <= lifetime_s:
            return True
        self.close(message)
        message.extra["streaming_state"] = "completed"
        return False

    def close(self, message: Message) -> None:
        self._opened_at.pop(_key(message), None)

    def stop_by_user(self, message: Message) -> None:
        """End a stream as the Stop button does."""
        self.close(message)
        message.extra["streaming_state"] = "completed"
        self._stopped_by_user.add(_key(message))

    def was_stopped_by_user(self, message: Message) -> bool:
        return _key(message) in self._stopped_by_user

    def open_in(self, channel_id: str) -> list[str]:
        """The timestamps of the streams open in a channel."""
        return [ts for stream_channel, ts in self._opened_at if stream_channel == channel_id]


def _key(message: Message) -> StreamKey:
    return message.channel, message.ts

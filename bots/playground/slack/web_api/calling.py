"""One call of a Web API method: its arguments (docs.slack.dev/apis/web-api#basics) and what a method is."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from aiohttp import web

from bots.playground.slack import blocks
from bots.playground.slack.backend import Backend
from bots.playground.slack.channels import Channel, ChannelKind
from bots.playground.slack.errors import SlackError, invalid_arguments
from bots.playground.slack.limits import Tier
from bots.playground.slack.messages import Json

_SCOPE_FAMILY = {
    ChannelKind.PUBLIC: "channels",
    ChannelKind.PRIVATE: "groups",
    ChannelKind.GROUP: "mpim",
    ChannelKind.DIRECT: "im",
}


class TokenKind(Enum):
    """Which tokens a method takes."""

    BOT = "bot"
    APP = "app"
    EITHER = "either"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Call:
    """One call that passed the checks all methods share."""

    backend: Backend
    request: web.Request
    method: str
    args: Json
    token: str | None

    def text(self, name: str) -> str | None:
        """A string argument, or None when it is not given."""
        value = self.args.get(name)
        return None if value is None else str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        return str(self.args.get(name, "")).lower() in ("true", "1")

    def number(self, name: str, default: int) -> int:
        value = self.args.get(name)
        if value in (None, ""):
            return default
        try:
            return int(str(value))
        except ValueError:
            raise invalid_arguments(f"must be an integer [json-pointer:/{name}]") from None

    def structure(self, name: str, error: str = "invalid_arguments") -> Any:
        """An argument that is JSON in itself; None when it is not given."""
        try:
            return blocks.decoded(self.args.get(name))
        except ValueError:
            raise SlackError(error) from None

    def need_scope(self, *any_of: str) -> None:
        """Raise `missing_scope` unless one of the scopes was granted (docs.slack.dev/apis/web-api#errors)."""
        granted = self.backend.rules.scopes
        if any_of and not any(scope in granted for scope in any_of):
            raise SlackError("missing_scope", needed=any_of[0], provided=",".join(granted))

    def need_scope_for(self, kind: ChannelKind, what: str) -> None:
        """Raise `missing_scope` unless `what` was granted for a kind of conversation, such as `im:read`."""
        self.need_scope(f"{_SCOPE_FAMILY[kind]}:{what}")

    def channel(self, name: str = "channel") -> Channel:
        """The conversation that an argument names, as far as the app may know of it.

        Raises `channel_not_found`, for a private one that the app is not in as well.
        """
        found = self.backend.world.channels.get(self.text(name) or "")
        if found is None:
            raise SlackError("channel_not_found")
        return self._known(found)

    def _known(self, found: Channel) -> Channel:
        is_public = found.kind is ChannelKind.PUBLIC
        if not is_public and self.backend.world.me.id not in found.members:
            raise SlackError("channel_not_found")
        return found

    def channel_to_read(self, family: str = "history") -> Channel:
        """A conversation whose messages the app may read: it needs the scope for its kind, and to be in it."""
        channel = self.channel()
        self.need_scope_for(channel.kind, family)
        if self.backend.world.me.id not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def channel_to_write(self, *, by_name: bool = False) -> Channel:
        """A conversation that the app may post in; `chat:write.public` needs no membership.

        docs.slack.dev/reference/methods/chat.postMessage#channels: posting takes a person's id or a channel's
        name as well.
        """
        channel = self._meant_by_name() if by_name else None
        channel = channel or self.channel()
        if channel.is_archived:
            raise SlackError("is_archived")
        is_open = channel.kind is ChannelKind.PUBLIC and "chat:write.public" in self.backend.rules.scopes
        if self.backend.world.me.id not in channel.members and not is_open:
            raise SlackError("not_in_channel")
        return channel

    def _meant_by_name(self) -> Channel | None:
        world = self.backend.world
        named = self.text("channel") or ""
        user = world.users.get(named)
        if user is not None and not user.is_bot:
            return world.direct_channel(user.id)
        found = world.find_channel(named)
        return None if found is None else self._known(found)


@dataclass(frozen=True, slots=True)
class Method:
    """A Web API method: its rate tier, any one of the scopes it needs, and the work, which answers or raises."""

    name: str
    work: Callable[[Call], Json]
    tier: Tier
    scopes: tuple[str, ...] = ()
    token: TokenKind = TokenKind.BOT

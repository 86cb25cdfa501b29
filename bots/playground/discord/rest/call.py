"""One REST call on its way through a handler, and the look-ups that every handler needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bots.playground.discord import permissions
from bots.playground.discord.entities import Channel, Guild, Member, Message, User
from bots.playground.discord.errors import InvalidForm, Refusal
from bots.playground.discord.forms.form import Form
from bots.playground.discord.message_payloads import Renderer
from bots.playground.discord.permissions import Permission
from bots.playground.discord.state import ServerState
from bots.playground.discord.uploads import Body, Upload


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler answers; without a body it is 204."""

    body: Any = None
    status: int = 200


@dataclass(slots=True)
class Call:
    """The call: ids of its path, its query, its body, and the server's state."""

    state: ServerState
    path: Mapping[str, str]
    query: Mapping[str, str]
    sent: Body
    base_url: str
    now: float

    @property
    def bot(self) -> User:
        return self.state.world.bot

    @property
    def body(self) -> dict[str, Any]:
        """The body, which must be an object."""
        if not isinstance(self.sent.value, dict):
            message = "Only dictionaries may be used in a DictType"
            raise InvalidForm({"_errors": [{"code": "DICT_TYPE_CONVERT", "message": message}]})
        return self.sent.value

    @property
    def uploads(self) -> list[Upload]:
        return self.sent.uploads

    @property
    def renderer(self) -> Renderer:
        return self.state.renderer(self.base_url)

    def id(self, name: str) -> int:
        """An id of the path; refused when it is not one."""
        value = self.path[name]
        if not value.isdecimal() or len(value) > 20:
            message = f'Value "{value}" is not snowflake.'
            raise InvalidForm({f"{name}_id": {"_errors": [{"code": "NUMBER_TYPE_COERCE", "message": message}]}})
        return int(value)

    def user_id(self, name: str = "user") -> int:
        """A user of the path, where `@me` is the bot."""
        return self.bot.id if self.path[name] == "@me" else self.id(name)

    def channel(self, *wanted: Permission) -> Channel:
        """The channel of the path: 10003 when there is none, 50001 when it is hidden, 50013 without the rest."""
        channel = self.state.world.channels.get(self.id("channel"))
        if channel is None:
            raise Refusal(10003)
        self.require(channel, *wanted)
        return channel

    def require(self, channel: Channel, *wanted: Permission) -> None:
        """The bot can view the channel and has the permissions there."""
        granted = permissions.in_channel(channel, self.bot.id)
        if not granted & Permission.VIEW_CHANNEL:
            raise Refusal(50001)
        if any(not granted & permission for permission in wanted):
            raise Refusal(50013)

    def message(self, channel: Channel) -> Message:
        """The message of the path, or 10008."""
        message = self.state.world.message(channel, self.id("message"))
        if message is None:
            raise Refusal(10008)
        return message

    def guild(self) -> Guild:
        """The guild of the path: 10004 when the bot is not in it."""
        guild = self.state.world.guilds.get(self.id("guild"))
        if guild is None:
            raise Refusal(10004)
        return guild

    def member(self, guild: Guild) -> Member:
        """The member of the path, or 10007."""
        member = guild.members.get(self.user_id())
        if member is None:
            raise Refusal(10007)
        return member

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A number of the query."""
        form = Form()
        value = form.number(name, self.query.get(name, default), low, high)
        form.done()
        return default if value is None else value

    def flag(self, name: str) -> bool:
        """A yes or no of the query."""
        return self.query.get(name, "").lower() in ("1", "true")


Handler = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and path with its handler; `token` routes are authorised by the token in their path."""

    method: str
    path: str
    handler: Handler
    token: bool = False

    @property
    def operation(self) -> str:
        return f"{self.method} {self.path}"

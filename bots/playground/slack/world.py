"""One Slack workspace: its team, people, apps and channels; it does no I/O and enforces no rule."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from bots.playground.slack.channels import Channel, ChannelKind
from bots.playground.slack.messages import Author, Json, Message
from bots.playground.slack.timestamps import Timestamps


@dataclass(frozen=True, slots=True)
class Team:
    """The workspace."""

    id: str
    name: str
    domain: str


@dataclass(frozen=True, slots=True)
class User:
    """A person, or the bot user of an app.

    `team_id` is the workspace that a stranger in a shared channel is from; a guest `is_restricted` to some channels.
    """

    id: str
    name: str
    real_name: str
    is_admin: bool = False
    is_owner: bool = False
    bot_id: str | None = None
    app_id: str | None = None
    team_id: str | None = None
    is_restricted: bool = False

    @property
    def is_bot(self) -> bool:
        return self.bot_id is not None

    def as_slack(self, team_id: str) -> Json:
        """The user object (docs.slack.dev/reference/objects/user-object)."""
        team_id = self.team_id or team_id
        profile: Json = {"real_name": self.real_name, "display_name": self.real_name, "team": team_id}
        if self.bot_id is not None:
            profile |= {"bot_id": self.bot_id, "api_app_id": self.app_id}
        return {
            "id": self.id,
            "team_id": team_id,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": False,
            "tz": "Europe/Paris",
            "tz_label": "Central European Time",
            "tz_offset": 3600,
            "profile": profile,
            "is_admin": self.is_admin,
            "is_owner": self.is_owner,
            "is_primary_owner": self.is_owner,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": False,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": 0,
        }


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file with its bytes, and by channel the timestamps of the messages that share it."""

    id: str
    name: str
    mimetype: str
    content: bytes
    user_id: str
    created: int
    title: str = ""
    shares: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UserGroup:
    """People who are named together: docs.slack.dev/reference/methods/usergroups.list."""

    id: str
    handle: str
    members: tuple[str, ...]

    def as_slack(self, team_id: str) -> Json:
        return {"id": self.id, "team_id": team_id, "handle": self.handle, "name": self.handle, "is_usergroup": True}


class SlackWorld:
    """The workspace as it now stands; `me` is the bot user of the app that is being tried."""

    def __init__(
        self,
        team: Team,
        me: User,
        users: Iterable[User],
        *,
        bot_token: str = "xoxb-playground",  # noqa: S107
        app_token: str = "xapp-playground",  # noqa: S107
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.team = team
        self.me = me
        self.users: dict[str, User] = {user.id: user for user in (me, *users)}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, StoredFile] = {}
        self.groups: dict[str, UserGroup] = {}
        self.bot_token = bot_token
        self.app_token = app_token
        self.clock = clock
        self.timestamps = Timestamps(clock)
        self._numbers = count(1)
        self._people_by_name = {user.name: user for user in self.users.values()}

    def new_id(self, prefix: str) -> str:
        """An id that nothing else has, such as `Ev00000042`."""
        return f"{prefix}{next(self._numbers):08d}"

    def add_channel(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        return channel

    def direct_channel(self, user_id: str) -> Channel:
        """The direct message of a person and the app, opened when it is not there yet."""
        for channel in self.direct_channels():
            if channel.user_id == user_id:
                return channel
        members = {user_id: None, self.me.id: None}
        channel_id = self.new_id("D")
        return self.add_channel(Channel(channel_id, channel_id, ChannelKind.DIRECT, members=members, user_id=user_id))

    def group_channel(self, user_ids: Iterable[str]) -> Channel:
        """The direct message of several people and the app, opened when it is not there yet."""
        members = dict.fromkeys((*user_ids, self.me.id))
        for channel in self.channels.values():
            if channel.kind is ChannelKind.GROUP and channel.members.keys() == members.keys():
                return channel
        name = f"mpdm-{'--'.join(self.users[user_id].name for user_id in members)}-1"
        return self.add_channel(Channel(self.new_id("G"), name, ChannelKind.GROUP, members=members))

    def direct_channels(self) -> Iterator[Channel]:
        return (channel for channel in self.channels.values() if channel.kind is ChannelKind.DIRECT)

    def find_channel(self, named: str) -> Channel | None:
        """The channel with an id, or with a name, with or without its `#`."""
        found = self.channels.get(named)
        if found is not None:
            return found
        name = named.removeprefix("#")
        return next((channel for channel in self.channels.values() if channel.name == name), None)

    def find_user(self, named: str) -> User | None:
        """The user with an id, or with a name, with or without its `@`."""
        return self.users.get(named) or self._people_by_name.get(named.removeprefix("@").lower())

    def find_bot(self, bot_id: str) -> User | None:
        return next((user for user in self.users.values() if user.bot_id == bot_id), None)

    def author(self, user: User, username: str | None = None, icons: Json | None = None) -> Author:
        """Who a message is from; an app that gives itself a name is not a user any more."""
        if not user.is_bot:
            return Author(user_id=user.id)
        profile: Json = {
            "id": user.bot_id,
            "app_id": user.app_id,
            "name": user.real_name,
            "icons": {},
            "deleted": False,
            "updated": 0,
            "team_id": self.team.id,
        }
        shown_as = user.id if username is None else None
        return Author(shown_as, user.bot_id, user.app_id, profile, username, icons)

    def is_mine(self, message: Message) -> bool:
        """Whether the app that is being tried wrote a message."""
        return message.author.bot_id == self.me.bot_id

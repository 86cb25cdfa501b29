"""Control routes for what people do in channels: messages, reactions, membership, App Home, the Stop button."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

from bots.playground.slack import control
from bots.playground.slack.backend import Backend
from bots.playground.slack.channels import Channel
from bots.playground.slack.errors import ControlError
from bots.playground.slack.messages import Json, Message
from bots.playground.slack.web_api import files
from bots.playground.slack.world import StoredFile, User, UserGroup


class SharedFile(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A file beside a message: `content` in base64, or plain `text`."""

    name: str
    mimetype: str = "text/plain"
    content: str = ""
    text: str = ""


class NewMessage(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A message that somebody sends; `event` is laid over the event that the app gets."""

    user: str
    channel: str
    text: str | None = ""
    thread_ts: str | None = None
    broadcast: bool = False
    subtype: str | None = None
    files: list[SharedFile] = []
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    event: dict[str, Any] = {}


class ChangedMessage(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An edit by its author (`user` and `text`), or an unfurl (`attachments`)."""

    channel: str
    ts: str
    user: str | None = None
    text: str | None = None
    attachments: list[Json] | None = None


class NamedGroup(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A user group with all of its members."""

    id: str
    handle: str
    members: list[str] = []


class Reaction(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A reaction to one message."""

    user: str
    channel: str
    ts: str
    name: str


class Membership(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Somebody in a channel."""

    user: str
    channel: str


class HomeVisit(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A visit to the app's home, or to its messages tab."""

    user: str
    tab: str = "home"


class Stop(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The native Stop button of a thread."""

    user: str
    channel: str
    thread_ts: str


@dataclass(frozen=True, slots=True)
class PeopleRoutes:
    """The handlers, for one backend."""

    backend: Backend

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/control/groups", self.group),
            web.post("/control/messages", self.post),
            web.patch("/control/messages", self.change),
            web.delete("/control/messages", self.delete),
            web.post("/control/reactions", self.react),
            web.delete("/control/reactions", self.unreact),
            web.post("/control/members", self.join),
            web.delete("/control/members", self.leave),
            web.post("/control/home", self.visit_home),
            web.post("/control/stop", self.stop),
        ]

    async def group(self, request: web.Request) -> web.Response:
        given = await control.read(request, NamedGroup)
        members = tuple(self.backend.people.user(named).id for named in given.members)
        self.backend.world.groups[given.id] = UserGroup(given.id, given.handle, members)
        return control.answered({})

    async def post(self, request: web.Request) -> web.Response:
        new = await control.read(request, NewMessage)
        people = self.backend.people
        user = people.user(new.user)
        channel = people.channel_of(user, new.channel)
        message = people.draft(user, channel, new.text)
        if new.thread_ts is not None:
            message.thread_ts = people.root_of(channel, new.thread_ts)
        message.subtype = "thread_broadcast" if new.broadcast and new.thread_ts else new.subtype
        message.blocks = new.blocks if new.blocks is not None else message.blocks
        message.attachments = new.attachments
        self._attach(request, user, message, new.files)
        self.backend.messaging.post(channel, message, new.event)
        return control.answered({"ts": message.ts, "channel": channel.id}, 201)

    def _attach(self, request: web.Request, user: User, message: Message, shared: list[SharedFile]) -> None:
        if not shared:
            return
        world = self.backend.world
        message.files = []
        for each in shared:
            stored = StoredFile(world.new_id("F"), each.name, each.mimetype, _bytes(each), user.id, int(world.clock()))
            world.files[stored.id] = stored
            message.files.append(files.written(request, stored))
        message.subtype = message.subtype or "file_share"

    async def change(self, request: web.Request) -> web.Response:
        changed = await control.read(request, ChangedMessage)
        people = self.backend.people
        channel = people.channel(changed.channel)
        if changed.attachments is not None:
            people.unfurl(channel, changed.ts, changed.attachments)
        elif changed.user is not None and changed.text is not None:
            people.edit(people.user(changed.user), channel, changed.ts, changed.text)
        else:
            raise ControlError("give user and text, or attachments")
        return control.answered({"ts": changed.ts})

    async def delete(self, request: web.Request) -> web.Response:
        user, channel, ts = control.queried(request, "user", "channel", "ts")
        people = self.backend.people
        people.delete(people.user(user), people.channel(channel), ts)
        return control.answered({})

    async def react(self, request: web.Request) -> web.Response:
        given = await control.read(request, Reaction)
        user, channel, message = self._reacting(given)
        self.backend.messaging.react(channel, message, user.id, given.name)
        return control.answered({})

    async def unreact(self, request: web.Request) -> web.Response:
        user_name, channel_name, ts, name = control.queried(request, "user", "channel", "ts", "name")
        given = Reaction(user=user_name, channel=channel_name, ts=ts, name=name)
        user, channel, message = self._reacting(given)
        self.backend.messaging.unreact(channel, message, user.id, name)
        return control.answered({})

    def _reacting(self, given: Reaction) -> tuple[User, Channel, Message]:
        people = self.backend.people
        user = people.user(given.user)
        channel = people.channel_of(user, given.channel)
        return user, channel, people.message(channel, given.ts)

    async def join(self, request: web.Request) -> web.Response:
        given = await control.read(request, Membership)
        people = self.backend.people
        people.join(people.channel(given.channel), people.user(given.user))
        return control.answered({})

    async def leave(self, request: web.Request) -> web.Response:
        user, channel = control.queried(request, "user", "channel")
        people = self.backend.people
        people.leave(people.channel(channel), people.user(user))
        return control.answered({})

    async def visit_home(self, request: web.Request) -> web.Response:
        visit = await control.read(request, HomeVisit)
        if visit.tab not in ("home", "messages"):
            raise ControlError("tab must be home or messages")
        backend = self.backend
        user = backend.people.user(visit.user)
        home = backend.views.homes.get(user.id)
        view = None if home is None else home.as_slack(backend.world)
        backend.events.home_opened(backend.world.direct_channel(user.id), user.id, visit.tab, view)
        return control.answered({})

    async def stop(self, request: web.Request) -> web.Response:
        given = await control.read(request, Stop)
        backend = self.backend
        user = backend.people.user(given.user)
        channel = backend.people.channel_of(user, given.channel)
        root = backend.people.root_of(channel, given.thread_ts)
        streams = [ts for ts in backend.streams.open_in(channel.id) if channel.messages[ts].thread_ts == root]
        for ts in streams:
            backend.streams.stop_by_user(channel.messages[ts])
        backend.events.session_stopped(channel, root, user.id, streams)
        return control.answered({})


def _bytes(shared: SharedFile) -> bytes:
    if not shared.content:
        return shared.text.encode(errors="replace")
    try:
        return base64.b64decode(shared.content, validate=True)
    except binascii.Error as error:
        raise ControlError(f"content of {shared.name!r} is not base64: {error}") from None

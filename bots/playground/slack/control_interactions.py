"""Control routes for commands, actions, shortcuts and views."""

from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

from bots.playground.slack import addresses, control, elements, interactions
from bots.playground.slack.backend import Backend
from bots.playground.slack.errors import ControlError
from bots.playground.slack.interactions import Interactions
from bots.playground.slack.suggestions import suggested


class TypedCommand(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A slash command in a channel; Slack takes none in threads."""

    user: str
    channel: str
    command: str
    text: str = ""


class UsedElement(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A button, menu or input that a person uses, in a message or in a view."""

    user: str
    action_id: str
    block_id: str | None = None
    channel: str | None = None
    ts: str | None = None
    view_id: str | None = None
    value: Any = None


class TypedQuery(UsedElement, kw_only=True, forbid_unknown_fields=True):
    """What a person types into a menu whose options come from the app."""

    value: str = ""


class ChosenShortcut(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A shortcut, of a message when it has one."""

    user: str
    callback_id: str
    channel: str | None = None
    ts: str | None = None


class Submission(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a person typed into a modal, by block and action."""

    user: str
    values: dict[str, dict[str, Any]] = {}


class Closing(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Who closes a modal."""

    user: str


@dataclass(frozen=True, slots=True)
class InteractionRoutes:
    """The handlers, for one backend."""

    backend: Backend

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/control/commands", self.command),
            web.post("/control/actions", self.action),
            web.post("/control/suggestions", self.suggestions),
            web.post("/control/shortcuts", self.shortcut),
            web.post("/control/views/{id}/submit", self.submit),
            web.post("/control/views/{id}/close", self.close),
        ]

    def _interactions(self, request: web.Request) -> Interactions:
        return Interactions(self.backend, addresses.absolute(request, "response", key=""))

    async def command(self, request: web.Request) -> web.Response:
        given = await control.read(request, TypedCommand)
        if not given.command.startswith("/"):
            raise ControlError("a command begins with /")
        user = interactions.person(self.backend, given.user)
        channel = self.backend.people.channel_of(user, given.channel)
        trigger_id = self._interactions(request).command(user, channel, given.command, given.text)
        return control.answered({"trigger_id": trigger_id}, 202)

    async def action(self, request: web.Request) -> web.Response:
        given = await control.read(request, UsedElement)
        user = interactions.person(self.backend, given.user)
        element = (given.action_id, given.block_id)
        acting = self._interactions(request)
        if given.view_id is not None:
            view = self.backend.views.shown(given.view_id)
            return control.answered({"trigger_id": acting.view_action(user, view, element, given.value)}, 202)
        if given.channel is None or given.ts is None:
            raise ControlError("give channel and ts, or view_id")
        channel = self.backend.people.channel_of(user, given.channel)
        trigger_id = acting.message_action(user, channel, given.ts, element, given.value)
        return control.answered({"trigger_id": trigger_id}, 202)

    async def suggestions(self, request: web.Request) -> web.Response:
        given = await control.read(request, TypedQuery)
        user = interactions.person(self.backend, given.user)
        asking = self._interactions(request)
        if given.view_id is not None:
            view = self.backend.views.shown(given.view_id)
            blocks, place = view.body["blocks"], asking.place_in_view(view)
        elif given.channel is not None and given.ts is not None:
            channel = self.backend.people.channel_of(user, given.channel)
            message, place = asking.place_in_message(channel, given.ts)
            blocks = elements.blocks_of(message)
        else:
            raise ControlError("give channel and ts, or view_id")
        element = (given.action_id, given.block_id)
        return control.answered(await suggested(asking, user, blocks, place, element, given.value))

    async def shortcut(self, request: web.Request) -> web.Response:
        given = await control.read(request, ChosenShortcut)
        people = self.backend.people
        user = interactions.person(self.backend, given.user)
        acting = self._interactions(request)
        if given.channel is None or given.ts is None:
            return control.answered({"trigger_id": acting.shortcut(user, given.callback_id)}, 202)
        channel = people.channel_of(user, given.channel)
        message = people.message(channel, given.ts)
        trigger_id = acting.message_shortcut(user, given.callback_id, channel, message)
        return control.answered({"trigger_id": trigger_id}, 202)

    async def submit(self, request: web.Request) -> web.Response:
        given = await control.read(request, Submission)
        user = interactions.person(self.backend, given.user)
        view = self.backend.views.shown(request.match_info["id"])
        if view.user_id != user.id:
            raise ControlError(f"the view is not {user.name!r}'s", 403)
        self._interactions(request).submit(user, view, given.values)
        return control.answered({}, 202)

    async def close(self, request: web.Request) -> web.Response:
        given = await control.read(request, Closing)
        user = interactions.person(self.backend, given.user)
        view = self.backend.views.shown(request.match_info["id"])
        self._interactions(request).close(user, view)
        return control.answered({})

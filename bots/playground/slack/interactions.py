"""Commands, buttons, shortcuts and modals: what people start, what the app is sent, what its answer does.

docs.slack.dev/interactivity/implementing-slash-commands, docs.slack.dev/reference/interaction-payloads,
docs.slack.dev/surfaces/modals
"""

from dataclasses import dataclass
from typing import Any

from bots.playground.slack import elements, markup, responding
from bots.playground.slack.backend import Backend
from bots.playground.slack.channels import Channel, ChannelKind
from bots.playground.slack.errors import ControlError, SlackError, Unanswered
from bots.playground.slack.messages import Json, Message
from bots.playground.slack.rules import InteractionTeam
from bots.playground.slack.views import View
from bots.playground.slack.world import User

_NAMES = {
    ChannelKind.DIRECT: "directmessage",
    ChannelKind.GROUP: "privategroup",
    ChannelKind.PRIVATE: "privategroup",
}


@dataclass(frozen=True, slots=True)
class Interactions:
    """Sends one workspace's interactions; `response_address` is where its response addresses begin."""

    backend: Backend
    response_address: str

    def command(self, user: User, channel: Channel, command: str, text: str) -> str:
        """Type a slash command; gives its trigger id. The answer is waited for in the background."""
        backend = self.backend
        known = backend.rules.commands
        if known is not None and command not in known:
            self._fail(user, channel.id, "not_a_command", f"{command} is not a valid command.")
            return ""
        trigger_id = backend.triggers.issue(user.id, backend.now())
        sent_text = markup.typed(backend.world, text, with_names=True) if backend.rules.escape_commands else text
        world = backend.world
        payload: Json = {
            "token": "playground-verification-token",
            "team_id": world.team.id,
            "team_domain": world.team.domain,
            "channel_id": channel.id,
            "channel_name": _NAMES.get(channel.kind, channel.name),
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": sent_text,
            "api_app_id": world.me.app_id,
            "is_enterprise_install": "false",
            "response_url": self._response_url(user, channel.id),
            "trigger_id": trigger_id,
        }
        backend.start(self._run_command(user, channel, command, payload))
        return trigger_id

    async def _run_command(self, user: User, channel: Channel, command: str, payload: Json) -> None:
        """docs.slack.dev/interactivity/implementing-slash-commands: acknowledged in three seconds, or it failed."""
        try:
            answer = await self.backend.deliveries.ask("slash_commands", payload)
            self.backend.feed.publish("command_answered", user=user.id, channel=channel.id, command=command)
            if answer:
                responding.show(self.backend, user.id, channel, answer)
        except Unanswered as failure:
            text = f'{command} failed with the error "{failure.code}"'
            self._fail(user, channel.id, failure.code, text)
        except SlackError as refusal:
            self._fail(user, channel.id, refusal.code, f'{command} failed with the error "{refusal.code}"')

    def message_action(self, user: User, channel: Channel, ts: str, element: tuple[str, str | None], value: Any) -> str:
        """Use a button or menu of a message, ephemeral ones included; what each person chose there is kept."""
        backend = self.backend
        message, place = self.place_in_message(channel, ts)
        blocks = elements.blocks_of(message)
        block, found = elements.find(blocks, *element)
        chosen = backend.messaging.chosen.setdefault((user.id, ts), {})
        if not elements.choose(chosen, block, found, value):
            return ""
        fields: Json = {
            **place,
            "state": {"values": elements.overlaid(elements.state_of(blocks, {}), chosen)},
            "response_url": self._response_url(user, channel.id, ts, message.get("thread_ts")),
            "actions": [elements.action(block, found, value, backend.world.timestamps.take())],
        }
        return self._interact(user, "block_actions", fields, channel.id)

    def place_in_message(self, channel: Channel, ts: str) -> tuple[Json, Json]:
        """A message, and how an interaction with it names where it is."""
        ephemeral = self.backend.messaging.ephemerals.get(ts)
        message = self.backend.people.message(channel, ts).as_slack() if ephemeral is None else ephemeral
        container: Json = {
            "type": "message",
            "message_ts": ts,
            "channel_id": channel.id,
            "is_ephemeral": ephemeral is not None,
        }
        if message.get("thread_ts"):
            container["thread_ts"] = message["thread_ts"]
        place: Json = {
            "container": container,
            "channel": {"id": channel.id, "name": _NAMES.get(channel.kind, channel.name)},
        }
        return message, place if ephemeral is not None else place | {"message": message}

    def view_action(self, user: User, view: View, element: tuple[str, str | None], value: Any) -> str:
        """Use an element of a modal or of App Home; its new value stays in the view's state."""
        block, found = elements.find(view.body["blocks"], *element)
        if not elements.choose(view.state, block, found, value):
            return ""
        fields: Json = {
            **self.place_in_view(view),
            "actions": [elements.action(block, found, value, self.backend.world.timestamps.take())],
        }
        return self._interact(user, "block_actions", fields, None)

    def place_in_view(self, view: View) -> Json:
        """How an interaction with a view names where it is."""
        return {"container": {"type": "view", "view_id": view.id}, "view": view.as_slack(self.backend.world)}

    def shortcut(self, user: User, callback_id: str) -> str:
        """docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload: one of no message."""
        fields: Json = {"callback_id": callback_id, "action_ts": self.backend.world.timestamps.take()}
        return self._interact(user, "shortcut", fields, None)

    def message_shortcut(self, user: User, callback_id: str, channel: Channel, message: Message) -> str:
        """docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload: one of a message."""
        fields: Json = {
            "callback_id": callback_id,
            "action_ts": self.backend.world.timestamps.take(),
            "channel": {"id": channel.id, "name": _NAMES.get(channel.kind, channel.name)},
            "message_ts": message.ts,
            "message": message.as_slack(),
            "response_url": self._response_url(user, channel.id, message.ts, message.thread_ts),
        }
        return self._interact(user, "message_action", fields, channel.id)

    def _interact(self, user: User, kind: str, fields: Json, channel_id: str | None) -> str:
        payload = self.payload(user, kind, fields)
        self.backend.start(self._run_interaction(user, payload, channel_id))
        return str(payload["trigger_id"])

    async def _run_interaction(self, user: User, payload: Json, channel_id: str | None) -> None:
        try:
            await self.backend.deliveries.ask("interactive", payload)
        except Unanswered as failure:
            self._fail(user, channel_id, failure.code, "Something went wrong. Please try again.")

    def submit(self, user: User, view: View, values: Json) -> None:
        """Submit a modal; what Slack's client itself finds wrong never reaches the app."""
        state = elements.state_of(view.body["blocks"], values)
        kept = {block_id: dict(states) for block_id, states in view.state.items()}
        for block_id, typed in values.items():
            kept[block_id] = {key: held for key, held in kept.get(block_id, {}).items() if key not in typed}
        view.state = state = elements.overlaid(state, kept)
        errors = elements.missing_inputs(view.body["blocks"], state)
        if errors:
            return self.backend.views.complain(view, errors)
        view.errors = {}
        fields: Json = {"view": view.as_slack(self.backend.world), "response_urls": []}
        self.backend.start(self._run_submission(user, view, self.payload(user, "view_submission", fields)))
        return None

    async def _run_submission(self, user: User, view: View, payload: Json) -> None:
        """docs.slack.dev/surfaces/modals#handling_submissions: a submission is answered in three seconds."""
        try:
            answer = await self.backend.deliveries.ask("interactive", payload)
            self._apply(user, view, answer)
        except Unanswered as failure:
            self._fail(user, None, failure.code, "We had some trouble connecting. Try again?")
        except SlackError as refusal:
            self._fail(user, None, refusal.code, "We had some trouble connecting. Try again?")

    def _apply(self, user: User, view: View, answer: Json) -> None:
        """docs.slack.dev/surfaces/modals#response_actions"""
        views = self.backend.views
        match answer.get("response_action"):
            case None:
                views.close(view)
            case "errors":
                views.complain(view, _known_errors(view, answer.get("errors")))
            case "update":
                views.update(view, answer.get("view"))
            case "push":
                views.push(user.id, answer.get("view"))
            case "clear":
                views.clear(user.id)
            case other:
                raise SlackError("invalid_response_action", given=other)

    def close(self, user: User, view: View) -> None:
        """Close a modal; the app is told when it asked for that with `notify_on_close`.

        docs.slack.dev/reference/views/modal-views: `clear_on_close` closes all that are open with it.
        """
        is_cleared = bool(view.body.get("clear_on_close"))
        if is_cleared:
            self.backend.views.clear(view.user_id)
        else:
            self.backend.views.close(view)
        if view.body.get("notify_on_close"):
            fields: Json = {"view": view.as_slack(self.backend.world), "is_cleared": is_cleared}
            self._interact(user, "view_closed", fields, None)

    def payload(self, user: User, kind: str, fields: Json) -> Json:
        """What the app is sent of an interaction: these fields, and what all of a person's have in common."""
        world = self.backend.world
        home = user.team_id or world.team.id
        return {
            "type": kind,
            "token": "playground-verification-token",
            **self._origin(user, kind),
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": home},
            "api_app_id": world.me.app_id,
            "trigger_id": self.backend.triggers.issue(user.id, self.backend.now()),
            **fields,
        }

    def _origin(self, user: User, kind: str) -> Json:
        """The workspace that an interaction is said to be from, and its organisation: `InteractionTeam`."""
        team, rule = self.backend.world.team, self.backend.rules.interaction_team
        if rule is InteractionTeam.ABSENT:
            organisation = {"id": f"E{team.id[1:]}", "name": team.name}
            return {"team": None, "enterprise": organisation, "is_enterprise_install": True}
        of_the_app = {"id": team.id, "domain": team.domain}
        of_the_person = {"id": user.team_id, "domain": "elsewhere"} if user.team_id else of_the_app
        is_theirs = rule is InteractionTeam.PERSON or kind.startswith("view_")
        return {
            "team": of_the_person if is_theirs else of_the_app,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _response_url(
        self, user: User, channel_id: str, message_ts: str | None = None, thread_ts: str | None = None
    ) -> str:
        now = self.backend.now()
        return self.response_address + self.backend.responses.issue(user.id, channel_id, message_ts, thread_ts, now)

    def _fail(self, user: User, channel_id: str | None, error: str, text: str) -> None:
        self.backend.feed.publish("error", user=user.id, channel=channel_id, error=error, text=text)


def _known_errors(view: View, errors: Any) -> dict[str, str]:
    """Errors for input blocks of the view; others cannot be shown, which Slack calls an invalid response."""
    known = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= known:
        raise SlackError("invalid_response_action")
    return {str(block_id): str(text) for block_id, text in errors.items()}


def person(backend: Backend, named: str) -> User:
    """The person who acts; apps do not interact."""
    user = backend.people.user(named)
    if user.is_bot:
        raise ControlError(f"{user.name!r} is not a person")
    return user

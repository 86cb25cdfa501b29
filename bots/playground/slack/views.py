"""Modals and App Home (docs.slack.dev/surfaces/modals, docs.slack.dev/reference/views)."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from bots.playground.slack import blocks, elements
from bots.playground.slack.errors import ControlError, SlackError, invalid_arguments
from bots.playground.slack.feed import Feed
from bots.playground.slack.messages import Json
from bots.playground.slack.world import SlackWorld

STACK_LIMIT = 3
VIEW_BYTES = 250_000


@dataclass(slots=True)
class View:
    """One view as a person has it before them; `body` is what the app sent."""

    id: str
    user_id: str
    body: Json
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    state: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def as_slack(self, world: SlackWorld) -> Json:
        """docs.slack.dev/reference/interaction-payloads/view-interactions-payload"""
        body = self.body
        return {
            "id": self.id,
            "team_id": world.team.id,
            "type": body["type"],
            "blocks": body["blocks"],
            "private_metadata": body.get("private_metadata", ""),
            "callback_id": body.get("callback_id", ""),
            "state": {"values": self.state},
            "hash": self.hash,
            "title": body.get("title"),
            "close": body.get("close"),
            "submit": body.get("submit"),
            "clear_on_close": bool(body.get("clear_on_close", False)),
            "notify_on_close": bool(body.get("notify_on_close", False)),
            "previous_view_id": self.previous_view_id,
            "root_view_id": self.root_view_id,
            "app_id": world.me.app_id,
            "app_installed_team_id": world.team.id,
            "bot_id": world.me.bot_id,
            "external_id": body.get("external_id", ""),
        }


class Views:
    """The open modals of each person, the top one last, and everybody's App Home."""

    def __init__(self, world: SlackWorld, feed: Feed) -> None:
        self._world = world
        self._feed = feed
        self._by_id: dict[str, View] = {}
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def open(self, user_id: str, body: Any) -> View:
        """Show a person a modal in place of any other."""
        view = self._new(user_id, self.checked(body, "modal"))
        for old in self.stacks.get(user_id, ()):
            self._by_id.pop(old.id, None)
        self.stacks[user_id] = [view]
        self._publish("view_opened", view)
        return view

    def push(self, user_id: str, body: Any) -> View:
        """Show a modal above those open; at most three are (docs.slack.dev/reference/methods/views.push)."""
        stack = self.stacks.setdefault(user_id, [])
        if len(stack) >= STACK_LIMIT:
            raise SlackError("push_limit_reached")
        view = self._new(user_id, self.checked(body, "modal"))
        if stack:
            view.root_view_id, view.previous_view_id = stack[0].id, stack[-1].id
        stack.append(view)
        self._publish("view_opened", view)
        return view

    def update(self, view: View, body: Any, expected_hash: str | None = None) -> View:
        """Put another body into a view; input that people already gave is kept where the ids stay.

        docs.slack.dev/reference/methods/views.update: an outdated `hash` is refused with `hash_conflict`.
        """
        if expected_hash is not None and expected_hash != view.hash:
            raise SlackError("hash_conflict")
        checked = self.checked(body, view.body["type"], view)
        view.body, view.hash, view.errors = checked, _new_hash(), {}
        view.state = elements.overlaid(elements.state_of(checked["blocks"], {}), view.state)
        self._publish("home" if checked["type"] == "home" else "view_updated", view)
        return view

    def publish(self, user_id: str, body: Any, expected_hash: str | None) -> View:
        """Put a view onto a person's App Home (docs.slack.dev/reference/methods/views.publish)."""
        home = self.homes.get(user_id)
        if home is not None:
            return self.update(home, body, expected_hash)
        view = self._new(user_id, self.checked(body, "home"))
        self.homes[user_id] = view
        self._publish("home", view)
        return view

    def close(self, view: View) -> None:
        """Close one modal; the one below shows again."""
        stack = self.stacks.get(view.user_id, [])
        if view in stack:
            stack.remove(view)
        self._by_id.pop(view.id, None)
        self._feed.publish("view_closed", user=view.user_id, view_id=view.id)

    def clear(self, user_id: str) -> None:
        """Close all modals of a person."""
        for view in list(self.stacks.get(user_id, ())):
            self.close(view)

    def complain(self, view: View, errors: dict[str, str]) -> None:
        """Show errors beside the inputs of a view."""
        view.errors = errors
        self._feed.publish("view_errors", user=view.user_id, view_id=view.id, errors=errors)

    def find(self, view_id: str | None, external_id: str | None) -> View:
        """The view with an id or the app's own id; raises `not_found`."""
        found = self._by_id.get(view_id) if view_id else self._named(external_id)
        if found is None:
            raise SlackError("not_found")
        return found

    def _named(self, external_id: str | None) -> View | None:
        known = (view for view in self._by_id.values() if view.body.get("external_id") == external_id)
        return next(known, None) if external_id else None

    def shown(self, view_id: str) -> View:
        """The view that a person means; raises `ControlError` when it is not shown."""
        view = self._by_id.get(view_id)
        if view is None:
            raise ControlError(f"no view {view_id!r} is shown", 404)
        return view

    def as_seen(self, view: View) -> Json:
        return view.as_slack(self._world) | {"errors": view.errors}

    def checked(self, body: Any, kind: str, replacing: View | None = None) -> Json:
        """A view's body that keeps the rules of docs.slack.dev/reference/views; raises what `views.open` answers."""
        if not isinstance(body, dict) or body.get("type") != kind:
            raise invalid_arguments(f"must provide a view of type {kind} [json-pointer:/view/type]")
        _check_titles(body, kind)
        for name, limit in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
            if len(str(body.get(name) or "")) > limit:
                raise invalid_arguments(f"must be less than {limit + 1} characters [json-pointer:/view/{name}]")
        if len(json.dumps(body)) > VIEW_BYTES:
            raise SlackError("view_too_large")
        if self._named(body.get("external_id")) not in (None, replacing):
            raise SlackError("duplicate_external_id")
        return body | {"blocks": self._checked_blocks(body)}

    def _checked_blocks(self, body: Json) -> list[Json]:
        try:
            named = blocks.checked(body.get("blocks"), self._world.new_id, in_view=True)
        except SlackError as refusal:
            raise SlackError("invalid_arguments", **refusal.fields) from refusal
        if body["type"] == "modal" and "submit" not in body and any(block["type"] == "input" for block in named):
            raise invalid_arguments("submit is required when an input block is in a view [json-pointer:/view/submit]")
        return named

    def _new(self, user_id: str, body: Json) -> View:
        view_id = self._world.new_id("V")
        view = View(view_id, user_id, body, _new_hash(), view_id, state=elements.state_of(body["blocks"], {}))
        self._by_id[view_id] = view
        return view

    def _publish(self, kind: str, view: View) -> None:
        self._feed.publish(kind, user=view.user_id, view=self.as_seen(view))


def _check_titles(body: Json, kind: str) -> None:
    """docs.slack.dev/reference/views/modal-views: title, submit and close are plain text of at most 24 characters."""
    if kind == "modal" and "title" not in body:
        raise invalid_arguments("missing required field: title [json-pointer:/view]")
    for name in ("title", "submit", "close"):
        text = body.get(name)
        if text is None:
            continue
        written = text.get("text") if isinstance(text, dict) and text.get("type") == "plain_text" else None
        if not isinstance(written, str) or not 1 <= len(written) <= 24:
            raise invalid_arguments(f"must be plain text of 1 to 24 characters [json-pointer:/view/{name}]")


def _new_hash() -> str:
    return uuid.uuid4().hex[:16]

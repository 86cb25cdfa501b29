"""The form of a workspace's managers: people, user groups, and whether those who made a channel choose for it."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import views
from bots.slack.command import Command
from bots.slack.groups import Group, Groups
from bots.slack.names import Names
from bots.slack.views import Origin
from core.rights import PERSON, ROLE
from core.workspace import WorkspaceSettings
from storage.configurations import Configuration

FORM = "manager_form"
SET = "managers_set"
PEOPLE, GROUPS, CHANNELS = "people", "groups", "channels"
BUTTON = {"type": "actions", "elements": [views.button(SET, "Change")]}
ON = "on"


def form(origin: Origin, configuration: Configuration, groups: list[Group]) -> dict[str, Any]:
    people = [manager.id for manager in configuration.managers if manager.kind == PERSON]
    named = {manager.id: manager.name for manager in configuration.managers if manager.kind == ROLE}
    known = named | {group.id: group.name for group in groups}
    blocks = [_people(people)]
    if known:
        blocks.append(_groups(known, named))
    return views.form(FORM, "Managers", origin.packed(), [*blocks, _channels(on=configuration.channel_managers)])


class ManagerForm:
    """Makes what was submitted so: whoever is new is named, and whoever is gone is no manager any more."""

    def __init__(self, workspace: WorkspaceSettings, groups: Groups) -> None:
        self._workspace = workspace
        self._groups = groups

    async def save(self, command: Command, view: dict[str, Any], client: AsyncWebClient) -> str:
        """Raises NotPossible and PlatformTrouble."""
        by = command.by
        await self._workspace.rights.must_administer(by)
        configuration = await self._workspace.configuration(command.workspace)
        before = {(manager.kind, manager.id) for manager in configuration.managers}
        wanted = {(PERSON, each) for each in _state(view, PEOPLE).get("selected_users") or ()}
        options = _state(view, GROUPS).get("selected_options") or ()
        labels = {str(each["value"]): str(each["text"]["text"]) for each in options}
        wanted |= {(ROLE, each) for each in labels}
        names = Names(client)
        for kind, id_ in sorted(wanted - before):
            name = labels[id_] if kind == ROLE else await names.user(id_)
            await self._workspace.add_manager(by, kind, id_, name)
        for kind, id_ in sorted(before - wanted):
            await self._workspace.remove_manager(by, kind, id_)
        on = bool(_state(view, CHANNELS).get("selected_options"))
        if on != configuration.channel_managers:
            await self._workspace.set_channel_managers(by, on=on)
        return "Who may change what is set, from now on."


def _state(view: dict[str, Any], block_id: str) -> dict[str, Any]:
    state: dict[str, Any] = view["state"]["values"].get(block_id, {}).get(block_id, {})
    return state


def _people(now: list[str]) -> dict[str, Any]:
    """docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element#users_multi_select"""
    element: dict[str, Any] = {"type": "multi_users_select", "action_id": PEOPLE}
    if now:
        element["initial_users"] = now
    return _input(PEOPLE, "People who may change the prompt and the personas", element)


def _groups(known: dict[str, str], named: dict[str, str]) -> dict[str, Any]:
    options = {id_: views.option(name or id_, id_) for id_, name in list(known.items())[: views.MOST_OPTIONS]}
    element: dict[str, Any] = {
        "type": "multi_static_select",
        "action_id": GROUPS,
        "options": list(options.values()),
    }
    if initial := [options[id_] for id_ in named if id_ in options]:
        element["initial_options"] = initial
    return _input(GROUPS, "User groups whose members may", element)


def _channels(*, on: bool) -> dict[str, Any]:
    options = [views.option("Whoever made a channel chooses its persona and model", ON)]
    element: dict[str, Any] = {"type": "checkboxes", "action_id": CHANNELS, "options": options}
    if on:
        element["initial_options"] = options
    return _input(CHANNELS, "Channels", element)


def _input(block_id: str, label: str, element: dict[str, Any]) -> dict[str, Any]:
    text = {"type": "plain_text", "text": label}
    return {"type": "input", "block_id": block_id, "label": text, "element": element, "optional": True}

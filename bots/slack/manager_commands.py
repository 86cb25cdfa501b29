"""`/parley managers …`: who may change prompt and personas beside admins; the audit log, the time zone, summaries."""

import re

from bots.slack import histories, manager_form
from bots.slack.command import Answer, Command, Noun
from bots.slack.groups import Groups
from core.workspace import WorkspaceSettings
from storage.configurations import Configuration
from storage.problems import NotPossible

HELP = (
    "`/parley managers [show]`: who may change the prompt and the personas, beside admins",
    "`/parley managers set`: name people and user groups, in a form",
    "`/parley managers channels on|off`: whether those who made a channel choose its persona and model",
)
TIMEZONE_HELP = ("`/parley timezone [NAME]`: the time zone of the dates that the model is told",)
SUMMARIES_HELP = (
    "`/parley summaries [on|off|default]`: whether a summary takes the place of older messages that have no room",
)
AUDIT_HELP = ("`/parley audit [NUMBER]`: who changed what, newest first (from that number on back); for admins",)
SWITCHES = {"on": True, "off": False}
AUDITED = 30
NUMBER = re.compile(r"[0-9]{1,18}")


class ManagerCommands:
    def __init__(self, workspace: WorkspaceSettings, groups: Groups) -> None:
        self._workspace = workspace
        self._groups = groups

    @property
    def noun(self) -> Noun:
        return Noun("managers", {"show": self._show, "set": self._set, "channels": self._channels}, "show", HELP)

    async def _show(self, command: Command, _rest: str) -> Answer:
        configuration = await self._workspace.configuration(command.workspace)
        return Answer(told(configuration), (manager_form.BUTTON,))

    async def _set(self, command: Command, _rest: str) -> Answer:
        await self._workspace.rights.must_administer(command.by)
        configuration = await self._workspace.configuration(command.workspace)
        groups = await self._groups.listed(command.by.workspace_id)
        return Answer(form=manager_form.form(command.origin, configuration, groups))

    async def _channels(self, command: Command, rest: str) -> Answer:
        if rest.lower() not in SWITCHES:
            raise NotPossible("Say `/parley managers channels on` or `/parley managers channels off`.")
        return Answer(await self._workspace.set_channel_managers(command.by, on=SWITCHES[rest.lower()]))


class TimezoneCommands:
    def __init__(self, workspace: WorkspaceSettings) -> None:
        self._workspace = workspace

    async def run(self, command: Command, rest: str) -> Answer:
        if rest:
            return Answer(await self._workspace.set_timezone(command.by, rest))
        configuration = await self._workspace.configuration(command.workspace)
        return Answer(f"The time zone is {configuration.timezone}.")


class SummaryCommands:
    def __init__(self, workspace: WorkspaceSettings) -> None:
        self._workspace = workspace

    async def run(self, command: Command, rest: str) -> Answer:
        if rest:
            return Answer(await self._workspace.set_summaries(command.by, rest))
        return Answer(await self._workspace.summaries(command.workspace))


class AuditCommands:
    def __init__(self, workspace: WorkspaceSettings) -> None:
        self._workspace = workspace

    async def run(self, command: Command, rest: str) -> Answer:
        if rest and not NUMBER.fullmatch(rest):
            raise NotPossible("Say `/parley audit`, or `/parley audit NUMBER` with a number of the list.")
        before_id = int(rest) if rest else None
        changes = await self._workspace.audit(command.by, before_id=before_id, most=AUDITED)
        text = histories.told(changes, with_subject=True) or "Nothing was changed yet."
        more = f"\nGo on with `/parley audit {changes[-1].id}`." if len(changes) == AUDITED else ""
        return Answer(text + more)


def told(configuration: Configuration) -> str:
    """Who was named, and whether those who made a channel choose what it speaks as."""
    named = ", ".join(manager.name or manager.id for manager in configuration.managers) or "nobody"
    may = "may" if configuration.channel_managers else "may not"
    return f"Beside admins: {named}.\nThose who made a channel {may} choose its persona and its model."

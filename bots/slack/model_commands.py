"""`/parley model …`: which model answers, in the workspace and in a channel."""

import re

from bots.slack import model_form
from bots.slack.command import Answer, Command, Noun
from core.models import Models
from core.workspace import WorkspaceSettings

HELP = (
    "`/parley model [show]`: which models answer, and which may be chosen",
    "`/parley model set [MODEL]`, `/parley model clear`: the workspace's model (without one a form opens)",
    "`/parley model channel [MODEL]`: this channel's model (without one, the workspace's again)",
    "`/parley model allow [MODEL …]`: which may be chosen (without any, all that are offered)",
)


class ModelCommands:
    def __init__(self, workspace: WorkspaceSettings, models: Models) -> None:
        self._workspace = workspace
        self._models = models

    @property
    def noun(self) -> Noun:
        deeds = {
            "show": self._show,
            "set": self._set,
            "clear": self._clear,
            "channel": self._channel,
            "allow": self._allow,
        }
        return Noun("model", deeds, "show", HELP)

    async def _show(self, command: Command, _rest: str) -> Answer:
        configuration = await self._workspace.configuration(command.workspace)
        offered = self._models.offered(configuration)
        here = await self._workspace.channel_model(command.place) if command.place.channel_id else ""
        lines = [
            f"Workspace: {configuration.model or 'as Parley is set up'}",
            f"This channel: {here or 'as the workspace'}",
            f"May be chosen: {', '.join(offered) or 'none'}",
        ]
        return Answer("\n".join(lines))

    async def _set(self, command: Command, rest: str) -> Answer:
        await self._workspace.rights.may_change_workspace(command.by)
        if rest:
            return Answer(await self._workspace.set_model(command.by, rest))
        configuration = await self._workspace.configuration(command.workspace)
        return Answer(form=model_form.form(command.origin, configuration, self._models.offered(configuration)))

    async def _clear(self, command: Command, _rest: str) -> Answer:
        return Answer(await self._workspace.set_model(command.by, ""))

    async def _channel(self, command: Command, rest: str) -> Answer:
        model = "" if rest.lower() == "clear" else rest
        return Answer(await self._workspace.set_channel_model(command.by, command.place, model))

    async def _allow(self, command: Command, rest: str) -> Answer:
        named = re.split(r"[,\s]+", rest) if rest else ()
        return Answer(await self._workspace.allow_models(command.by, named))

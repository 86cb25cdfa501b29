"""What people set for a whole workspace: its prompt, models, time zone, and who may change what.

Each deed asks whether its person may do it, and returns one sentence for people.
"""

import json
from collections.abc import Iterable
from dataclasses import replace

from core import fields, texts
from core.configurations import CheckModel, Configurations, any_model
from core.people import Person, WorkspaceRef
from core.personas import channel_name
from core.rights import Rights, manager
from storage import audit, configurations, workspaces
from storage.configurations import MAKES_PROMPT, PROMPT_KEY, Configuration
from storage.database import Database
from storage.incoming import Place
from storage.problems import NotPossible
from storage.tables import Change
from storage.words import Deed

NO_PROMPT = "No workspace prompt is set; the built-in one applies."
FROM_NOW_ON = "from the next message on"
PROMPT_DEEDS = MAKES_PROMPT | {Deed.PROMPT_CLEAR}


class WorkspaceSettings:
    """Raises as `Personas` does, and like there everything is done in the person's own workspace."""

    def __init__(
        self,
        database: Database,
        configurations: Configurations,
        check_model: CheckModel = any_model,
        *,
        summarises: bool = False,
    ) -> None:
        self._database = database
        self._configurations = configurations
        self._check_model = check_model
        self._summarises = summarises
        self.rights = Rights(configurations)

    async def configuration(self, workspace: WorkspaceRef) -> Configuration:
        """All that is set, as of now."""
        return await self._configurations.now(workspace)

    async def prompt(self, workspace: WorkspaceRef) -> str:
        """The workspace's prompt; empty when none is set."""
        return (await self.configuration(workspace)).prompt

    async def set_prompt(self, by: Person, text: str) -> str:
        await self.rights.may_change_workspace(by)
        await self._set_prompt(by, Deed.PROMPT_SET, fields.prompt(text))
        return f"The workspace prompt is set, {FROM_NOW_ON}."

    async def clear_prompt(self, by: Person) -> str:
        await self.rights.may_change_workspace(by)
        await self._set_prompt(by, Deed.PROMPT_CLEAR, "")
        return f"The workspace prompt is cleared; the built-in one applies {FROM_NOW_ON}."

    async def prompt_history(self, by: Person, *, before_id: int | None = None, most: int = 50) -> list[Change]:
        """What the prompt was and who made it so, newest first."""
        await self.rights.may_change_workspace(by)
        return await self._database.run(
            audit.changes,
            await self._row(by),
            subject_key=PROMPT_KEY,
            deeds=PROMPT_DEEDS,
            before_id=before_id,
            most=most,
        )

    async def restore_prompt(self, by: Person, change_id: int) -> str:
        """Make the prompt again what it was after that change."""
        await self.rights.may_change_workspace(by)
        change = await self._database.run(audit.find, await self._row(by), change_id)
        if change is None or change.deed not in PROMPT_DEEDS:
            raise NotPossible(f"The history of the prompt has no change {change_id}.")
        await self._set_prompt(by, Deed.PROMPT_RESTORE, str(json.loads(change.after)["prompt"]))
        return f"The workspace prompt is restored, {FROM_NOW_ON}."

    async def set_model(self, by: Person, model: str) -> str:
        """Choose the model that answers where nothing else is chosen; empty for the operator's."""
        await self.rights.may_change_workspace(by)
        model = await self._fit_model(by, model)
        await self._change(by, Deed.MODEL_DEFAULT, "model", model)
        if not model:
            return f"The model is the one that Parley is set up with, {FROM_NOW_ON}."
        return f"The model is {model!r}, {FROM_NOW_ON}."

    async def set_channel_model(self, by: Person, place: Place, model: str) -> str:
        """Choose the model of a channel; empty for the workspace's."""
        await self.rights.may_choose_persona(by, place)
        model = await self._fit_model(by, model)
        await self._database.run(workspaces.change_channel, place, by.actor, Deed.MODEL_CHANNEL, "model", model)
        if not model:
            return f"{channel_name(place)} answers with the workspace's model {FROM_NOW_ON}."
        return f"{channel_name(place)} answers with the model {model!r} {FROM_NOW_ON}."

    async def channel_model(self, place: Place) -> str:
        """The model that was chosen for a channel; empty when none was."""
        return await self._database.run(workspaces.channel_model, place)

    async def allow_models(self, by: Person, models: Iterable[str]) -> str:
        """Say which models may be chosen; without any, all that the operator offers. For admins."""
        await self.rights.must_administer(by)
        given = list(models)
        named = [name for model in given if (name := fields.model(model))]
        if given and not named:
            raise NotPossible(texts.NO_MODEL_NAMED, "model")
        unbound = replace(await self._configurations.now(by.workspace), models=())
        fit = tuple(dict.fromkeys(self._check_model(model, unbound) for model in named))
        await self._database.run(configurations.set_models, await self._row(by), by.actor, fit)
        if not fit:
            return "Every model that is offered may be chosen."
        return f"These models may be chosen: {', '.join(fit)}."

    async def add_manager(self, by: Person, kind: str, id_: str, name: str = "") -> str:
        """Let a `person`, or everybody with a `role`, change prompt and personas. For admins."""
        await self.rights.must_administer(by)
        named = manager(kind, id_, name)
        added = await self._database.run(configurations.add_manager, await self._row(by), by.actor, named)
        return f"{named.name or named.id} {'may' if added else 'may already'} change the prompt and the personas."

    async def remove_manager(self, by: Person, kind: str, id_: str) -> str:
        """Let them no longer; at once. For admins."""
        await self.rights.must_administer(by)
        removed = await self._database.run(configurations.remove_manager, await self._row(by), by.actor, kind, id_)
        if removed is None:
            raise NotPossible("They were not named, so there is nothing to take back.", "manager")
        return f"{removed.name or removed.id} may no longer change the prompt and the personas."

    async def set_channel_managers(self, by: Person, *, on: bool) -> str:
        """Say whether those who manage a channel may choose its persona and model. For admins."""
        await self.rights.must_administer(by)
        await self._change(by, Deed.MANAGERS_CHANNELS, "channel_managers", on)
        may = "may" if on else "may not"
        return f"People who manage a channel {may} choose its persona and its model."

    async def set_timezone(self, by: Person, timezone: str) -> str:
        """Choose the time zone of the dates and times that the model is told."""
        await self.rights.may_change_workspace(by)
        zone = fields.timezone(timezone)
        await self._change(by, Deed.TIMEZONE, "timezone", zone)
        return f"The time zone is {zone}, {FROM_NOW_ON}."

    async def summaries(self, workspace: WorkspaceRef) -> str:
        """Whether long conversations are summarised, in a sentence."""
        return self._told((await self.configuration(workspace)).summaries)

    async def set_summaries(self, by: Person, said: str) -> str:
        """Say whether they are: `on`, `off`, or `default` for what Parley is set up with."""
        await self.rights.may_change_workspace(by)
        chosen = fields.summaries(said)
        await self._change(by, Deed.SUMMARIES, "summaries", chosen)
        return self._told(chosen)

    def _told(self, summaries: str) -> str:
        by_default = "" if summaries else ", as Parley is set up"
        if summaries == "on" or (not summaries and self._summarises):
            return f"A summary takes the place of older messages that have no room{by_default}."
        return f"Older messages that have no room are left out, without a summary{by_default}."

    async def audit(
        self, by: Person, *, subject: str = "", before_id: int | None = None, most: int = 50
    ) -> list[Change]:
        """Who changed what, newest first. For admins."""
        await self.rights.must_administer(by)
        return await self._database.run(
            audit.changes, await self._row(by), subject=subject, before_id=before_id, most=most
        )

    async def _set_prompt(self, by: Person, deed: Deed, text: str) -> None:
        await self._change(by, deed, "prompt", text, subject_key=PROMPT_KEY)

    async def _change(self, by: Person, deed: Deed, column: str, value: object, *, subject_key: str = "") -> None:
        row = await self._row(by)
        await self._database.run(workspaces.change, row, by.actor, deed, column, value, subject_key=subject_key)

    async def _fit_model(self, by: Person, model: str) -> str:
        model = fields.model(model)
        return self._check_model(model, await self._configurations.now(by.workspace)) if model else ""

    async def _row(self, by: Person) -> int:
        row, _ = await self._database.run(workspaces.revision, by.platform, by.workspace_id)
        return row

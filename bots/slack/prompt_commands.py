"""`/parley prompt …`: what the model is told everywhere in a workspace."""

from bots.slack import histories, prompt_form
from bots.slack.command import Answer, Command, Noun
from core.workspace import NO_PROMPT, WorkspaceSettings
from storage.problems import NotPossible

HELP = (
    "`/parley prompt [show]`, `/parley prompt set [TEXT]`, `/parley prompt clear`: the workspace's prompt",
    "`/parley prompt history`, `/parley prompt restore NUMBER`: what it was, and make it so again",
)


class PromptCommands:
    def __init__(self, workspace: WorkspaceSettings) -> None:
        self._workspace = workspace

    @property
    def noun(self) -> Noun:
        deeds = {
            "show": self._show,
            "set": self._set,
            "clear": self._clear,
            "history": self._history,
            "restore": self._restore,
        }
        return Noun("prompt", deeds, "show", HELP)

    async def _show(self, command: Command, _rest: str) -> Answer:
        return Answer(await self._workspace.prompt(command.workspace) or NO_PROMPT)

    async def _set(self, command: Command, rest: str) -> Answer:
        await self._workspace.rights.may_change_workspace(command.by)
        if rest:
            return Answer(await self._workspace.set_prompt(command.by, rest))
        return Answer(form=prompt_form.form(command.origin, await self._workspace.prompt(command.workspace)))

    async def _clear(self, command: Command, _rest: str) -> Answer:
        return Answer(await self._workspace.clear_prompt(command.by))

    async def _history(self, command: Command, _rest: str) -> Answer:
        changes = await self._workspace.prompt_history(command.by)
        return Answer(histories.told(changes) or "The workspace prompt was never changed.")

    async def _restore(self, command: Command, rest: str) -> Answer:
        if not rest.isdecimal():
            raise NotPossible("Say which: `/parley prompt restore NUMBER`, with a number of its history.")
        return Answer(await self._workspace.restore_prompt(command.by, int(rest)))

"""`/parley endpoint …`: a workspace's own model endpoint, for admins."""

from bots.slack import endpoint_form
from bots.slack.command import Answer, Command, Noun
from core.own_endpoints import OwnEndpoints

HELP = ("`/parley endpoint show|set|remove`: this workspace's own model endpoint; for admins",)


class EndpointCommands:
    def __init__(self, endpoints: OwnEndpoints) -> None:
        self._endpoints = endpoints

    @property
    def noun(self) -> Noun:
        return Noun("endpoint", {"show": self._show, "set": self._set, "remove": self._remove}, "show", HELP)

    async def _show(self, command: Command, _rest: str) -> Answer:
        shown = await self._endpoints.shown(command.by)
        if shown is None:
            return Answer("This workspace has no model endpoint of its own.")
        key = "with a key" if shown.has_key else "without a key"
        return Answer(f"{shown.model} at {shown.base_url} ({shown.kind}), {key}.")

    async def _set(self, command: Command, _rest: str) -> Answer:
        return Answer(form=endpoint_form.form(command.origin, await self._endpoints.to_change(command.by)))

    async def _remove(self, command: Command, _rest: str) -> Answer:
        return Answer(await self._endpoints.remove(command.by))

"""`/parley listen …`: what a channel is answered to."""

from bots.slack.command import Answer, Command, Noun
from core.personas import Personas
from storage.words import Listening

HELP = ("`/parley listen [mention|threads|every]`: what I answer to in this channel",)


class ListenCommands:
    def __init__(self, personas: Personas) -> None:
        self._personas = personas

    @property
    def noun(self) -> Noun:
        return Noun("listen", {"show": self._show, **{each.value: self._listen for each in Listening}}, "show", HELP)

    async def _show(self, command: Command, _rest: str) -> Answer:
        return Answer(await self._personas.listening(command.place))

    async def _listen(self, command: Command, _rest: str) -> Answer:
        wanted = Listening(command.text.split()[1].lower())
        return Answer(await self._personas.listen(command.by, command.place, wanted))

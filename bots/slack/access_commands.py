"""`/parley access …`: who may use Parley, and which words are blocked."""

from bots.slack.command import Answer, Command, Noun
from bots.slack.naming import Naming
from core.access import KINDS, AccessLists, told
from storage.access import CHANNEL
from storage.problems import NotPossible

HELP = (
    "`/parley access`: who may use me, and what is blocked; for admins",
    "`/parley access allow|deny|lift channel|role|person NAME`: let somebody, or not; `here` is this channel",
    "`/parley access direct on|off`: whether I answer direct messages",
    "`/parley access words [WORD, WORD…]`: words that neither a question nor an answer may have",
)
HOW = "Say `/parley access allow channel here`, or name somebody: `deny person @ann`, `allow role @support`."
SWITCHES = {"on": True, "off": False}


class AccessCommands:
    def __init__(self, access: AccessLists, naming: Naming) -> None:
        self._access = access
        self._naming = naming

    @property
    def noun(self) -> Noun:
        deeds = {
            "show": self._show,
            "allow": self._allow,
            "deny": self._deny,
            "lift": self._lift,
            "direct": self._direct,
            "words": self._words,
        }
        return Noun("access", deeds, "show", HELP)

    async def _show(self, command: Command, _rest: str) -> Answer:
        return Answer(told(await self._access.shown(command.by)))

    async def _allow(self, command: Command, rest: str) -> Answer:
        return Answer(await self._access.allow(command.by, *await self._named(command, rest)))

    async def _deny(self, command: Command, rest: str) -> Answer:
        return Answer(await self._access.deny(command.by, *await self._named(command, rest)))

    async def _lift(self, command: Command, rest: str) -> Answer:
        kind, id_, _ = await self._named(command, rest)
        return Answer(await self._access.lift(command.by, kind, id_))

    async def _direct(self, command: Command, rest: str) -> Answer:
        if rest.lower() not in SWITCHES:
            raise NotPossible("Say `/parley access direct on` or `/parley access direct off`.")
        return Answer(await self._access.set_direct(command.by, on=SWITCHES[rest.lower()]))

    async def _words(self, command: Command, rest: str) -> Answer:
        return Answer(await self._access.set_words(command.by, rest.split(",")))

    async def _named(self, command: Command, rest: str) -> tuple[str, str, str]:
        """What is meant: kind, id and name. Raises NotPossible and PlatformTrouble."""
        kind, _, said = rest.strip().partition(" ")
        kind, said = kind.lower(), said.strip()
        if kind == CHANNEL and said.lower() in ("", "here"):
            return kind, command.place.channel_id, command.place.channel_name and f"#{command.place.channel_name}"
        if kind not in KINDS or not said:
            raise NotPossible(HOW)
        await self._access.must_administer(command.by)
        found = await self._naming.find(kind, command.by.workspace_id, said)
        return kind, found.id, found.name

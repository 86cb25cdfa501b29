"""`/parley access …`: who may use Parley, and which words are blocked."""

import re

from bots.slack.command import Answer, Command, Noun
from core.access import AccessLists, told
from core.personas import PersonaError
from storage.access import CHANNEL

HELP = (
    "`/parley access`: who may use me, and what is blocked; for admins",
    "`/parley access allow|deny|lift channel|role|person ID`: let somebody, or not; `here` is this channel",
    "`/parley access direct on|off`: whether I answer direct messages",
    "`/parley access words [WORD, WORD…]`: words that neither a question nor an answer may have",
)
HOW = "Say `/parley access allow channel here`, or name a role or a person by their id: `deny person U012AB3CD`."
# As Slack writes mentions where it is told to: docs.slack.dev/messaging/formatting-message-text
MENTION = re.compile(r"<[@#!](?:subteam\^)?([A-Z0-9]+)(?:\|([^>]*))?>")
SWITCHES = {"on": True, "off": False}


class AccessCommands:
    def __init__(self, access: AccessLists) -> None:
        self._access = access

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
        return Answer(await self._access.allow(command.by, *_named(command, rest)))

    async def _deny(self, command: Command, rest: str) -> Answer:
        return Answer(await self._access.deny(command.by, *_named(command, rest)))

    async def _lift(self, command: Command, rest: str) -> Answer:
        kind, id_, _ = _named(command, rest)
        return Answer(await self._access.lift(command.by, kind, id_))

    async def _direct(self, command: Command, rest: str) -> Answer:
        if rest.lower() not in SWITCHES:
            raise PersonaError("Say `/parley access direct on` or `/parley access direct off`.")
        return Answer(await self._access.set_direct(command.by, on=SWITCHES[rest.lower()]))

    async def _words(self, command: Command, rest: str) -> Answer:
        return Answer(await self._access.set_words(command.by, rest.split(",")))


def _named(command: Command, rest: str) -> tuple[str, str, str]:
    """What is meant: kind, id and name. Raises PersonaError."""
    kind, _, id_ = rest.strip().partition(" ")
    id_ = id_.strip()
    if kind == CHANNEL and id_ in ("", "here"):
        return kind, command.place.channel_id, command.place.channel_name and f"#{command.place.channel_name}"
    if mention := MENTION.fullmatch(id_):
        return kind, mention[1], mention[2] or ""
    if not re.fullmatch(r"[A-Z][A-Z0-9]+", id_):
        raise PersonaError(HOW)
    return kind, id_, ""

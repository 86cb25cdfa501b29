"""`/parley usage` and `/parley cap …`: what was used, with a chart, and what may be spent."""

from dataclasses import replace

from bots.slack import usage_chart
from bots.slack.command import Answer, Command, Noun
from bots.slack.naming import Naming
from core import caps, usage
from core.caps import Caps
from core.usage import Usage
from storage.access import CHANNEL, PERSON
from storage.caps import Cap
from storage.problems import NotPossible
from storage.usage import Facet
from storage.words import Reach

USAGE_HELP = (
    "`/parley usage [by day|channel|persona|model] [since DAY] [until DAY]`: what you have used, this month",
    "`/parley usage everybody [by person] …`: what everybody has used; for admins",
)
CAP_HELP = (
    "`/parley cap [list]`: what may be spent here; for admins",
    "`/parley cap set workspace month $50`, `/parley cap set person day 20000 tokens`: set what may be spent at most",
    "`/parley cap set channel here day $2`, `/parley cap set person @ann day $5`: for one channel or person",
    "`/parley cap clear person day $`: take a limit back (`tokens` for one in tokens)",
)
WORDS = {"by", "since", "until"}
EVERYBODY = {"everybody", "everyone", "all", "workspace"}
HOW = "Say `/parley usage [everybody] [by person|channel|persona|model|day] [since DAY] [until DAY]`."
# What a limit is in, where the amount does not matter.
UNITS = {"$": "$0", "usd": "$0", "dollars": "$0", "tokens": "0 tokens"}


class UsageCommands:
    def __init__(self, used: Usage) -> None:
        self._usage = used

    @property
    def noun(self) -> Noun:
        return Noun("usage", {"": self._show}, "", USAGE_HELP)

    async def _show(self, command: Command, rest: str) -> Answer:
        words = rest.lower().split()
        is_whole = bool(words) and words[0] in EVERYBODY
        said = _pairs(words[is_whole:])
        asked = self._usage.whole if is_whole else self._usage.own
        try:
            facet = Facet(said.get("by", Facet.DAY.value))
        except ValueError:
            raise NotPossible(HOW) from None
        report = await asked(command.by, facet, said.get("since", ""), said.get("until", ""))
        return Answer(usage.told(report), extras=usage_chart.blocks(report))


def _pairs(words: list[str]) -> dict[str, str]:
    """What follows `by`, `since` and `until`. Raises NotPossible for anything else."""
    if len(words) % 2 or not set(words[::2]) <= WORDS:
        raise NotPossible(HOW)
    return dict(zip(words[::2], words[1::2], strict=True))


class CapCommands:
    def __init__(self, limits: Caps, naming: Naming) -> None:
        self._caps = limits
        self._naming = naming

    @property
    def noun(self) -> Noun:
        return Noun("cap", {"list": self._list, "set": self._set, "clear": self._clear}, "list", CAP_HELP)

    async def _list(self, command: Command, _rest: str) -> Answer:
        return Answer(caps.listing(await self._caps.listed(command.by)))

    async def _set(self, command: Command, rest: str) -> Answer:
        await self._caps.rights.must_administer(command.by)
        return Answer(await self._caps.put(command.by, await self._named(caps.parsed(rest), command)))

    async def _clear(self, command: Command, rest: str) -> Answer:
        await self._caps.rights.must_administer(command.by)
        head, _, last = rest.strip().rpartition(" ")
        said = f"{head} {UNITS[last.lower()]}" if last.lower() in UNITS else f"{rest} $0"
        return Answer(await self._caps.remove(command.by, await self._named(caps.parsed(said), command)))

    async def _named(self, cap: Cap, command: Command) -> Cap:
        """The cap with the channel or person by id: as a name, a mention, an id, or `here`. Raises NotPossible."""
        if not cap.subject:
            return cap
        if cap.reach is Reach.CHANNEL and cap.subject.lower() == "here" and command.place.channel_id:
            name = command.place.channel_name
            return replace(cap, subject=command.place.channel_id, name=f"#{name}" if name else "")
        kind = CHANNEL if cap.reach is Reach.CHANNEL else PERSON
        found = await self._naming.find(kind, command.by.workspace_id, cap.subject)
        return replace(cap, subject=found.id, name=found.name)

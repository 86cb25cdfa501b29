"""Who may use Parley: where the operator serves at all, and what the admins of a workspace have set."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.configurations import Configurations
from core.people import Person
from core.rights import Rights
from core.settings import Settings, fields
from storage import access, workspaces
from storage.access import CHANNEL, PERSON, ROLE, Access, Listed
from storage.database import Database
from storage.incoming import Incoming, Place
from storage.problems import NotPossible
from storage.words import Deed, Platform, Refusal

FIELD = "access"
KINDS = (CHANNEL, ROLE, PERSON)
MOST_LISTED = 500
MOST_WORDS = 500
WORD_LIMIT = 100


def is_direct(platform: Platform, workspace_id: str, channel_id: str) -> bool:
    """Whether a place is a direct message: on Discord a workspace of its own, on Slack a channel D…"""
    return workspace_id.startswith("dm:") if platform is Platform.DISCORD else channel_id.startswith("D")


@dataclass(frozen=True, slots=True)
class Territory:
    """Where the operator serves: workspaces as `slack:T0123ABC`. Without any allowed, all but the denied ones.

    A person's direct messages on Discord are no such workspace: they are served while `direct` holds.
    """

    allowed: frozenset[str]
    denied: frozenset[str]
    direct: bool

    @classmethod
    def of(cls, settings: Settings) -> "Territory":
        allowed, denied = fields.parts(settings.workspaces_allowed), fields.parts(settings.workspaces_denied)
        return cls(frozenset(allowed), frozenset(denied), settings.direct_messages == "on")

    def has(self, place: Place) -> bool:
        """Whether anything that is said there is kept or answered at all."""
        if is_direct(place.platform, place.workspace_id, place.channel_id) and not self.direct:
            return False
        if place.workspace_id.startswith("dm:"):
            return True
        named = f"{place.platform.value}:{place.workspace_id}"
        return named not in self.denied and (not self.allowed or named in self.allowed)


def keeps(rules: Access, place: Place) -> bool:
    """Whether anything that is said in a channel is kept at all."""
    if is_direct(place.platform, place.workspace_id, place.channel_id):
        return True
    allowed = rules.of(CHANNEL, rules.allowed)
    return place.channel_id not in rules.of(CHANNEL, rules.denied) and (not allowed or place.channel_id in allowed)


def refusal(rules: Access, incoming: Incoming) -> Refusal | None:
    """Why a message gets no answer, if it gets none."""
    place = incoming.place
    if not rules.direct and is_direct(place.platform, place.workspace_id, place.channel_id):
        return Refusal.DIRECT
    if not may_use(rules, incoming.author.id, incoming.author.roles):
        return Refusal.PERSON
    return Refusal.WORDS if says_one_of(rules.words, incoming.text) else None


def barred(rules: Access, platform: Platform, workspace_id: str, channel_id: str, person_id: str) -> bool:
    """Whether an answer that was asked for may not be made any more; of roles nothing is known by then."""
    direct = is_direct(platform, workspace_id, channel_id)
    place = Place(platform=platform, workspace_id=workspace_id, channel_id=channel_id)
    denied = person_id in rules.of(PERSON, rules.denied)
    return denied or (direct and not rules.direct) or not keeps(rules, place)


def may_use(rules: Access, person_id: str, roles: Iterable[str]) -> bool:
    """What is denied to a person or one of their roles stays denied; else it is enough that one of them is allowed."""
    theirs = {(PERSON, person_id), *((ROLE, role) for role in roles)}
    if any((one.kind, one.id) in theirs for one in rules.denied):
        return False
    allowed = [one for one in rules.allowed if one.kind in (PERSON, ROLE)]
    return not allowed or any((one.kind, one.id) in theirs for one in allowed)


def pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    """Finds whole words, whatever their case; None for no words."""
    listed = sorted((re.escape(word) for word in words), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(listed)})(?!\w)", re.IGNORECASE) if listed else None


def says_one_of(words: tuple[str, ...], text: str) -> bool:
    found = pattern(words)
    return found is not None and found.search(text) is not None


class AccessLists:
    """What admins set: each deed is for them alone, and returns one sentence for people. Raises NotPossible."""

    def __init__(self, database: Database, configurations: Configurations) -> None:
        self._database = database
        self._configurations = configurations
        self._rights = Rights(configurations)

    async def must_administer(self, by: Person) -> None:
        """Raises NotAllowed for who is no admin."""
        await self._rights.must_administer(by)

    async def shown(self, by: Person) -> Access:
        """All that is set. For admins."""
        await self._rights.must_administer(by)
        return await self._read(by)

    async def allow(self, by: Person, kind: str, id_: str, name: str = "") -> str:
        """Once anybody of a kind is allowed, only those are."""
        one = await self._listed(by, kind, id_, name)
        rules = (await self._read(by)).without(one.kind, one.id)
        await self._set(by, Deed.ACCESS_ALLOW, one, replace(rules, allowed=(*rules.allowed, one)))
        return f"{_called(one)} may use me. What nobody has allowed may not, among {_among(one.kind)}."

    async def deny(self, by: Person, kind: str, id_: str, name: str = "") -> str:
        """What is denied stays so, whatever else is allowed."""
        one = await self._listed(by, kind, id_, name)
        rules = (await self._read(by)).without(one.kind, one.id)
        await self._set(by, Deed.ACCESS_DENY, one, replace(rules, denied=(*rules.denied, one)))
        return (
            f"I neither keep nor answer what is said in {_called(one)}."
            if kind == CHANNEL
            else (f"{_called(one)} may not use me.")
        )

    async def lift(self, by: Person, kind: str, id_: str) -> str:
        """Say nothing more of one of them."""
        one = await self._listed(by, kind, id_, "")
        rules = await self._read(by)
        if rules == rules.without(one.kind, one.id):
            raise NotPossible("That is neither allowed nor denied, so there is nothing to lift.", FIELD)
        await self._set(by, Deed.ACCESS_LIFT, one, rules.without(one.kind, one.id))
        return f"{_called(one)} is neither allowed nor denied any more."

    async def set_direct(self, by: Person, *, on: bool) -> str:
        """Say whether people may write to Parley directly."""
        await self._rights.must_administer(by)
        rules = await self._read(by)
        await self._change(by, Deed.ACCESS_DIRECT, "", replace(rules, direct=on))
        return "Direct messages are answered." if on else "Direct messages are not answered any more."

    async def set_words(self, by: Person, words: Iterable[str]) -> str:
        """Say which words neither a question nor an answer may have; none for no such words."""
        await self._rights.must_administer(by)
        said = fit_words(words)
        await self._change(by, Deed.ACCESS_WORDS, "", replace(await self._read(by), words=said))
        return f"{len(said)} words are blocked." if said else "No word is blocked."

    async def _listed(self, by: Person, kind: str, id_: str, name: str) -> Listed:
        await self._rights.must_administer(by)
        if kind not in KINDS or not id_.strip():
            raise NotPossible("Name a channel, a role or a person.", FIELD)
        return Listed(kind, id_.strip(), name.strip())

    async def _set(self, by: Person, deed: Deed, one: Listed, rules: Access) -> None:
        check_length(len(rules.allowed) + len(rules.denied))
        await self._change(by, deed, one.name or one.id, rules)

    async def _change(self, by: Person, deed: Deed, subject: str, rules: Access) -> None:
        row, _ = await self._database.run(workspaces.revision, by.platform, by.workspace_id)
        await self._database.run(access.change, row, by.actor, deed, subject, rules)
        await self._configurations.now(by.workspace)

    async def _read(self, by: Person) -> Access:
        return (await self._configurations.now(by.workspace)).access


def fit_words(words: Iterable[str]) -> tuple[str, ...]:
    """Blocked words as they are kept. Raises NotPossible."""
    said = tuple(dict.fromkeys(" ".join(word.split()) for word in words if word.strip()))
    if len(said) > MOST_WORDS or any(len(word) > WORD_LIMIT for word in said):
        raise NotPossible(f"At most {MOST_WORDS} words of {WORD_LIMIT} characters can be blocked.", FIELD)
    return said


def check_length(listed: int) -> None:
    """Raises NotPossible when more are allowed and denied than can be."""
    if listed > MOST_LISTED:
        raise NotPossible(f"At most {MOST_LISTED} can be listed: use a role in place of many people.", FIELD)


def _called(one: Listed) -> str:
    return one.name or one.id


def _among(kind: str) -> str:
    return "channels" if kind == CHANNEL else "people and roles"


def told(rules: Access) -> str:
    """What is set, in lines."""
    lines = [*_lines("allowed", rules.allowed), *_lines("denied", rules.denied)] or ["Everybody may use me."]
    lines.append(f"Direct messages are {'answered' if rules.direct else 'not answered'}.")
    if rules.words:
        lines.append(f"Blocked words: {', '.join(rules.words)}.")
    return "\n".join(lines)


def _lines(word: str, listed: tuple[Listed, ...]) -> list[str]:
    return [f"• {word}: {one.kind} {one.id}  {one.name}".rstrip() for one in listed]

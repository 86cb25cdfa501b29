"""What must be done so that a workspace is set as a configuration file says. Pure: nothing is read or changed here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core import caps
from core.bundle import (
    AccessTable,
    Bundle,
    CapTable,
    ChannelTable,
    ListedTable,
    ManagerTable,
    PersonaTable,
    ServerTable,
    WorkspaceTable,
)
from storage.words import Deed

SHORT = 60
SETTINGS = {
    "prompt": Deed.PROMPT_SET,
    "timezone": Deed.TIMEZONE,
    "summaries": Deed.SUMMARIES,
    "retention_days": Deed.RETENTION,
    "model": Deed.MODEL_DEFAULT,
    "models": Deed.MODEL_ALLOWED,
    "channel_managers": Deed.MANAGERS_CHANNELS,
}
CHANNEL_SETTINGS = {"model": Deed.MODEL_CHANNEL, "listening": Deed.LISTEN}


@dataclass(frozen=True, slots=True)
class Step:
    """One deed that is missing. `sign` is + for what is new, ~ for what changes, - for what goes.

    `now` and `wanted` are the tables before and after it, None for what is not there.
    """

    deed: Deed
    sign: str
    what: str
    now: Any = None
    wanted: Any = None

    def __str__(self) -> str:
        return f"{self.sign} {self.what}"


def steps(now: Bundle, wanted: Bundle, *, prune: bool = False) -> list[Step]:
    """The deeds in the order in which they can be done: personas before the channels that speak with them.

    What the file does not speak of stays; with `prune`, personas that it does not have go.
    """
    found = [*_workspace(now.workspace, wanted.workspace)]
    personas = {persona.name.casefold(): persona for persona in now.persona}
    for persona in wanted.persona:
        found += _persona(personas.pop(persona.name.casefold(), None), persona)
    channels = {channel.id: channel for channel in now.channel}
    for channel in wanted.channel:
        found += _channel(channels.get(channel.id, ChannelTable(id=channel.id)), channel)
    gone = personas.values() if prune else ()
    return [*found, *(Step(Deed.PERSONA_DELETE, "-", f"persona {one.name!r}", now=one) for one in gone)]


def _workspace(now: WorkspaceTable, wanted: WorkspaceTable) -> Iterator[Step]:
    for field, deed in SETTINGS.items():
        old, new = getattr(now, field), getattr(wanted, field)
        if new is not None and new != old:
            cleared = deed is Deed.PROMPT_SET and not new
            yield Step(Deed.PROMPT_CLEAR if cleared else deed, "~", _changed(field, old, new), now, wanted)
    if wanted.manager is not None:
        yield from _managers(now.manager or [], wanted.manager)
    if wanted.server is not None:
        yield from _servers(now.server or [], wanted.server)
    if wanted.cap is not None:
        yield from _caps(now.cap or [], wanted.cap)
    if wanted.access is not None:
        yield from _access(now.access or AccessTable(), wanted.access)


def _access(now: AccessTable, wanted: AccessTable) -> Iterator[Step]:
    if now.direct != wanted.direct:
        yield Step(Deed.ACCESS_DIRECT, "~", _changed("direct messages", now.direct, wanted.direct), now, wanted)
    if now.words != wanted.words:
        yield Step(Deed.ACCESS_WORDS, "~", _changed("blocked words", now.words, wanted.words), now, wanted)
    before = {(one.kind, one.id): (said, one) for said, one in _sides(now)}
    for said, one in _sides(wanted):
        old = before.pop((one.kind, one.id), None)
        if old is None or old[0] != said:
            deed = Deed.ACCESS_ALLOW if said == "allowed" else Deed.ACCESS_DENY
            yield Step(deed, "~" if old else "+", f"{said} {_who(one)}", old and old[1], one)
    for said, one in before.values():
        yield Step(Deed.ACCESS_LIFT, "-", f"{said} {_who(one)}", now=one)


def _sides(access: AccessTable) -> Iterator[tuple[str, ListedTable]]:
    yield from (("allowed", one) for one in access.allow)
    yield from (("denied", one) for one in access.deny)


def _managers(now: list[ManagerTable], wanted: list[ManagerTable]) -> Iterator[Step]:
    before = {(one.kind, one.id): one for one in now}
    for one in wanted:
        if before.pop((one.kind, one.id), None) is None:
            yield Step(Deed.MANAGERS_ADD, "+", _manager(one), wanted=one)
    for one in before.values():
        yield Step(Deed.MANAGERS_REMOVE, "-", _manager(one), now=one)


def _servers(now: list[ServerTable], wanted: list[ServerTable]) -> Iterator[Step]:
    before = {one.name: one for one in now}
    for one in wanted:
        old = before.pop(one.name, None)
        if old is None:
            yield Step(Deed.TOOLS_SET, "+", f"server of tools {one.name!r}", wanted=one)
        elif changes := differences(old.model_dump(), one.model_dump()):
            yield Step(Deed.TOOLS_SET, "~", f"server of tools {one.name!r}: {', '.join(changes)}", old, one)
    for one in before.values():
        yield Step(Deed.TOOLS_REMOVE, "-", f"server of tools {one.name!r}", now=one)


def _caps(now: list[CapTable], wanted: list[CapTable]) -> Iterator[Step]:
    before = {caps.cap_of(one).key: one for one in now}
    for one in wanted:
        old = before.pop(caps.cap_of(one).key, None)
        if old is None:
            yield Step(Deed.CAP_SET, "+", _cap(one), wanted=one)
        elif old.amount != one.amount:
            yield Step(Deed.CAP_SET, "~", f"{_cap(one)} (was {old.amount})", old, one)
    for one in before.values():
        yield Step(Deed.CAP_REMOVE, "-", _cap(one), now=one)


def _cap(one: CapTable) -> str:
    return f"cap of {caps.shown(caps.cap_of(one))}"


def _manager(one: ManagerTable) -> str:
    return f"manager {_who(one)}"


def _who(one: ManagerTable | ListedTable) -> str:
    return f"{one.kind} {one.name or one.id}"


def _persona(now: PersonaTable | None, wanted: PersonaTable) -> Iterator[Step]:
    if now is None:
        yield Step(Deed.PERSONA_CREATE, "+", f"persona {wanted.name!r}", wanted=wanted)
    elif changes := differences(now.model_dump(), wanted.model_dump()):
        yield Step(Deed.PERSONA_EDIT, "~", f"persona {now.name!r}: {', '.join(changes)}", now, wanted)


def _channel(now: ChannelTable, wanted: ChannelTable) -> Iterator[Step]:
    title = f"channel {f'#{name}' if (name := now.name or wanted.name) else wanted.id}"
    if now.persona.casefold() != wanted.persona.casefold():
        deed = Deed.PERSONA_ASSIGN if wanted.persona else Deed.PERSONA_CLEAR
        yield Step(deed, "~", f"{title}: {_changed('persona', now.persona, wanted.persona)}", now, wanted)
    for field, deed in CHANNEL_SETTINGS.items():
        old, new = getattr(now, field), getattr(wanted, field)
        if old != new:
            yield Step(deed, "~", f"{title}: {_changed(field, old, new)}", now, wanted)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What is not the same, each as a part of a sentence."""
    fields = dict.fromkeys([*before, *after])
    both = {field: (before.get(field), after.get(field)) for field in fields}
    return [_changed(field, old, new) for field, (old, new) in both.items() if (old or None) != (new or None)]


def _changed(field: str, old: Any, new: Any) -> str:
    return f"{field} {_shown(old)} → {_shown(new)}"


def _shown(value: Any) -> str:
    """A value for a line: long texts by their length only."""
    if value is None or value in ("", []):
        return "none"
    if isinstance(value, str):
        return repr(value) if len(value) <= SHORT and "\n" not in value else f"({len(value):,} characters)"
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)

"""Personas of a workspace, and which channel speaks with which. Every change is written down in the audit log."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, TypedDict

from sqlalchemy import delete as delete_rows
from sqlalchemy import select, update
from sqlmodel import Session, col

from storage import audit, workspaces
from storage.audit import Actor
from storage.incoming import Place
from storage.problems import NotPossible, Problem
from storage.tables import Channel, Persona, new_key, now
from storage.words import Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaFields:
    """All that can be set of a persona; of what is empty the model's, the workspace's or Parley's own applies."""

    name: str
    instruction: str
    model: str = ""
    temperature: float | None = None
    effort: str = ""
    tools: tuple[str, ...] = ()
    display_name: str = ""
    icon: str = ""


class PersonaEdit(TypedDict, total=False):
    """What of a persona is set anew; what is not named stays as it is."""

    name: str
    instruction: str
    model: str
    temperature: float | None
    effort: str
    tools: tuple[str, ...]
    display_name: str
    icon: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """A persona and the names (or ids) of the channels that have it."""

    persona: Persona
    channels: tuple[str, ...]


def taken(name: str) -> Problem:
    return Problem("name", f"There is already a persona called {name!r}.")


def create(session: Session, workspace_id: int, actor: Actor, given: PersonaFields) -> Persona:
    """Raises NotPossible when the name is taken."""
    audit.lock(session, workspace_id)
    persona = insert(session, workspace_id, new_key(), given)
    record(session, actor, Deed.PERSONA_CREATE, persona, {}, state_of(persona))
    return persona


def edit(session: Session, workspace_id: int, actor: Actor, name: str, changes: PersonaEdit) -> tuple[Persona, bool]:
    """The persona as it is from now on, and whether that is anything new.

    Raises NotPossible when there is no such persona, or when its new name is taken.
    """
    audit.lock(session, workspace_id)
    persona = find(session, workspace_id, name)
    before = fields_of(persona)
    after = replace(before, **changes)
    if after == before:
        return persona, False
    old = state_of(persona)
    set_fields(session, persona, after)
    renamed_only = after == replace(before, name=after.name)
    deed = Deed.PERSONA_RENAME if renamed_only else Deed.PERSONA_EDIT
    record(session, actor, deed, persona, old, state_of(persona))
    return persona, True


def find(session: Session, workspace_id: int, name: str) -> Persona:
    """Raises NotPossible when the workspace has no persona of this name."""
    persona = named(session, workspace_id, name)
    if persona is None:
        raise NotPossible(f"There is no persona called {name.strip()!r}.", "name")
    return persona


def exists(session: Session, workspace_id: int, name: str) -> bool:
    return named(session, workspace_id, name) is not None


def named(session: Session, workspace_id: int, name: str) -> Persona | None:
    """The persona of this name, if there is one."""
    key = " ".join(name.split()).casefold()
    found: Persona | None = session.execute(
        select(Persona).where(col(Persona.workspace_id) == workspace_id, col(Persona.name_key) == key)
    ).scalar_one_or_none()
    return found


def listed(session: Session, workspace_id: int) -> list[Assigned]:
    """Every persona of a workspace by name, with its channels."""
    rows = session.execute(
        select(Persona, Channel)
        .outerjoin(Channel, col(Channel.persona_id) == Persona.id)
        .where(col(Persona.workspace_id) == workspace_id)
        .order_by(col(Persona.name_key), col(Channel.id))
    ).all()
    channels: dict[str, list[str]] = {}
    personas: dict[str, Persona] = {}
    for persona, channel in rows:
        personas[persona.name] = persona
        names = channels.setdefault(persona.name, [])
        if channel is not None:
            names.append(channel.name or channel.platform_id)
    return [Assigned(persona, tuple(channels[name])) for name, persona in personas.items()]


def assign(session: Session, place: Place, actor: Actor, name: str) -> Persona:
    """Let a channel speak with a persona. Raises NotPossible when there is no such persona."""
    workspace_id = workspaces.locate(session, place).workspace_id
    audit.lock(session, workspace_id)
    persona = find(session, workspace_id, name)
    _speak(session, place, actor, Deed.PERSONA_ASSIGN, persona)
    return persona


def clear(session: Session, place: Place, actor: Actor) -> None:
    """Let a channel speak without a persona."""
    audit.lock(session, workspaces.locate(session, place).workspace_id)
    _speak(session, place, actor, Deed.PERSONA_CLEAR, None)


def _speak(session: Session, place: Place, actor: Actor, deed: Deed, persona: Persona | None) -> None:
    before, after = of_channel(session, place), persona
    if before is after:
        return
    located = workspaces.locate(session, place)
    channel = update(Channel).where(col(Channel.id) == located.channel_id)
    session.execute(channel.values(persona_id=after.id if after else None))
    audit.record(
        session,
        located.workspace_id,
        actor,
        deed,
        workspaces.shown(session, place),
        {"persona": before.name if before else ""},
        {"persona": after.name if after else ""},
        subject_key=workspaces.channel_key(place),
    )


def of_channel(session: Session, place: Place) -> Persona | None:
    """The persona that a channel speaks with, if any."""
    channel_id = workspaces.locate(session, place).channel_id
    return session.execute(
        select(Persona).join(Channel, col(Channel.persona_id) == Persona.id).where(col(Channel.id) == channel_id)
    ).scalar_one_or_none()


def delete(session: Session, workspace_id: int, actor: Actor, name: str) -> Persona:
    """Delete a persona; channels that had it have none. Raises NotPossible when there is no such persona."""
    audit.lock(session, workspace_id)
    persona = find(session, workspace_id, name)
    speaking = select(col(Channel.platform_id)).where(col(Channel.persona_id) == persona.id)
    channels = list(session.execute(speaking.order_by(col(Channel.id))).scalars())
    record(session, actor, Deed.PERSONA_DELETE, persona, state_of(persona) | {"channels": channels}, {})
    session.execute(delete_rows(Persona).where(col(Persona.id) == persona.id))
    return persona


def fields_of(persona: Persona) -> PersonaFields:
    """What is set of a persona."""
    return fields_in(_columns(persona) | {"tools": json.loads(persona.tools)})


def state_of(persona: Persona) -> dict[str, Any]:
    """What is set of a persona, as the audit log holds it."""
    return asdict(fields_of(persona))


def _columns(persona: Persona) -> dict[str, Any]:
    return {field.name: getattr(persona, field.name) for field in fields(PersonaFields)}


def fields_in(state: Mapping[str, Any]) -> PersonaFields:
    """What the audit log holds of a persona; what it does not name is empty."""
    known = {field.name: state[field.name] for field in fields(PersonaFields) if field.name in state}
    return PersonaFields(**known | {"tools": tuple(known.get("tools", ()))})


def _values(given: PersonaFields) -> dict[str, Any]:
    return asdict(given) | {"name_key": given.name.casefold(), "tools": json.dumps(given.tools), "changed_at": now()}


def insert(session: Session, workspace_id: int, key: str, given: PersonaFields) -> Persona:
    """Raises NotPossible when the name is taken."""
    values = {"workspace_id": workspace_id, "key": key, "created_at": now(), **_values(given)}
    if workspaces.insert_if_new(session, Persona, values) is None:
        raise NotPossible.of([taken(given.name)])
    return find(session, workspace_id, given.name)


def set_fields(session: Session, persona: Persona, given: PersonaFields) -> None:
    """Raises NotPossible when the name is another's."""
    namesake = named(session, persona.workspace_id, given.name)
    if namesake is not None and namesake.id != persona.id:
        raise NotPossible.of([taken(given.name)])
    for name, value in _values(given).items():
        setattr(persona, name, value)
    session.flush()


def record(
    session: Session, actor: Actor, deed: Deed, persona: Persona, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Write a change of a persona down."""
    audit.record(session, persona.workspace_id, actor, deed, persona.name, before, after, subject_key=persona.key)

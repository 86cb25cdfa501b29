"""What personas were, as the audit log tells, and how they become that again."""

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from storage import audit, personas
from storage.audit import Actor
from storage.configurations import MAKES_PERSONA
from storage.problems import NotPossible
from storage.tables import Change, Channel, Persona
from storage.words import Deed

IN_HISTORY = MAKES_PERSONA | {Deed.PERSONA_DELETE}


def history(
    session: Session, workspace_id: int, name: str, *, before_id: int | None = None, most: int = 50
) -> list[Change]:
    """What a persona was and who made it so, newest first; also of a deleted one. Raises NotPossible."""
    key = _history_keys(session, workspace_id, name)[0]
    return audit.changes(session, workspace_id, subject_key=key, deeds=IN_HISTORY, before_id=before_id, most=most)


def restore(session: Session, workspace_id: int, actor: Actor, name: str, change_id: int) -> Persona:
    """Make a persona what a change of its history had made it, or what it was before it was deleted.

    One that is there keeps its name; a deleted one has its name again, and its channels that speak without one now.
    Raises NotPossible when its history has no such change, or when its name is taken.
    """
    audit.lock(session, workspace_id)
    keys = _history_keys(session, workspace_id, name)
    change = audit.find(session, workspace_id, change_id)
    if change is None or change.subject_key not in keys or change.deed not in IN_HISTORY:
        raise NotPossible(f"The history of {name.strip()!r} has no change {change_id}.")
    key = change.subject_key
    state = json.loads(change.before if change.deed == Deed.PERSONA_DELETE else change.after)
    persona = session.execute(
        select(Persona).where(col(Persona.workspace_id) == workspace_id, col(Persona.key) == key)
    ).scalar_one_or_none()
    if persona is None:
        before: dict[str, Any] = {}
        persona = personas.insert(session, workspace_id, key, personas.fields_in(state))
        _give_channels(session, persona, _last_channels(session, workspace_id, key))
    else:
        before = personas.state_of(persona)
        personas.set_fields(session, persona, replace(personas.fields_in(state), name=persona.name))
    personas.record(
        session, actor, Deed.PERSONA_RESTORE, persona, before, personas.state_of(persona) | {"restored": change_id}
    )
    return persona


def _history_keys(session: Session, workspace_id: int, name: str) -> list[str]:
    """The keys of the persona of this name and of those that were deleted under it, the newest first."""
    living = personas.named(session, workspace_id, name)
    wanted = " ".join(name.split()).casefold()
    deleted = session.execute(
        select(col(Change.subject), col(Change.subject_key))
        .where(col(Change.workspace_id) == workspace_id, col(Change.deed) == Deed.PERSONA_DELETE)
        .order_by(col(Change.id).desc())
    )
    keys = [key for subject, key in deleted if subject.casefold() == wanted]
    if living is None and not keys:
        raise NotPossible(f"There is no persona called {name.strip()!r}, and there was none.", "name")
    return keys if living is None else [living.key, *keys]


def _last_channels(session: Session, workspace_id: int, key: str) -> list[str]:
    """The channels that spoke with a persona when it was deleted."""
    last = audit.changes(session, workspace_id, subject_key=key, deeds=frozenset({Deed.PERSONA_DELETE}), most=1)
    return list(json.loads(last[0].before).get("channels", ())) if last else []


def _give_channels(session: Session, persona: Persona, channels: list[str]) -> None:
    free = (
        col(Channel.workspace_id) == persona.workspace_id,
        col(Channel.platform_id).in_(channels),
        col(Channel.persona_id).is_(None),
    )
    session.execute(update(Channel).where(*free).values(persona_id=persona.id))

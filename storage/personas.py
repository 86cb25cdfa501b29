"""Personas of a workspace, and which channel speaks with which."""

from dataclasses import dataclass

from sqlalchemy import delete as delete_rows
from sqlalchemy import select, update
from sqlmodel import Session, col

from storage import workspaces
from storage.incoming import Place
from storage.tables import Channel, Persona, now

NAME_LIMIT = 80
INSTRUCTION_LIMIT = 20_000


class PersonaError(ValueError):
    """What was asked cannot be done; the message says why in a sentence for people."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """A persona and the names (or ids) of the channels that have it."""

    persona: Persona
    channels: tuple[str, ...]


def create(session: Session, workspace_id: int, name: str, instruction: str) -> Persona:
    """Raises PersonaError for an empty, too long or taken name, or an empty or too long instruction."""
    name, instruction = _checked_name(name), _checked_instruction(instruction)
    values = {
        "workspace_id": workspace_id,
        "name": name,
        "name_key": name.casefold(),
        "instruction": instruction,
        "created_at": now(),
        "changed_at": now(),
    }
    if workspaces.insert_if_new(session, Persona, values) is None:
        raise PersonaError(f"There is already a persona called {name!r}.")
    return find(session, workspace_id, name)


def edit(session: Session, workspace_id: int, name: str, instruction: str) -> Persona:
    """Give a persona a new instruction. Raises PersonaError when there is no such persona or the text is not fit."""
    persona = find(session, workspace_id, name)
    persona.instruction = _checked_instruction(instruction)
    persona.changed_at = now()
    return persona


def find(session: Session, workspace_id: int, name: str) -> Persona:
    """Raises PersonaError when the workspace has no persona of this name."""
    persona: Persona | None = session.execute(
        select(Persona).where(
            col(Persona.workspace_id) == workspace_id, col(Persona.name_key) == name.strip().casefold()
        )
    ).scalar_one_or_none()
    if persona is None:
        raise PersonaError(f"There is no persona called {name.strip()!r}.")
    return persona


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


def assign(session: Session, place: Place, name: str) -> Persona:
    """Let a channel speak with a persona. Raises PersonaError when there is no such persona."""
    located = workspaces.locate(session, place)
    persona = find(session, located.workspace_id, name)
    _set_channel(session, located.channel_id, persona.id)
    return persona


def clear(session: Session, place: Place) -> None:
    """Let a channel speak without a persona."""
    _set_channel(session, workspaces.locate(session, place).channel_id, None)


def of_channel(session: Session, place: Place) -> Persona | None:
    """The persona that a channel speaks with, if any."""
    channel_id = workspaces.locate(session, place).channel_id
    return session.execute(
        select(Persona).join(Channel, col(Channel.persona_id) == Persona.id).where(col(Channel.id) == channel_id)
    ).scalar_one_or_none()


def delete(session: Session, workspace_id: int, name: str) -> None:
    """Forget a persona; channels that had it have none. Raises PersonaError when there is no such persona."""
    persona = find(session, workspace_id, name)
    session.execute(delete_rows(Persona).where(col(Persona.id) == persona.id))


def _set_channel(session: Session, channel_id: int, persona_id: int | None) -> None:
    session.execute(update(Channel).where(col(Channel.id) == channel_id).values(persona_id=persona_id))


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise PersonaError("A persona needs a name.")
    if len(name) > NAME_LIMIT:
        raise PersonaError(f"A persona's name has at most {NAME_LIMIT} characters; this one has {len(name)}.")
    return name


def _checked_instruction(instruction: str) -> str:
    instruction = instruction.strip()
    if not instruction:
        raise PersonaError("A persona needs an instruction: tell it in a few sentences how to answer.")
    if len(instruction) > INSTRUCTION_LIMIT:
        raise PersonaError(
            f"An instruction has at most {INSTRUCTION_LIMIT:,} characters; this one has {len(instruction):,}."
        )
    return instruction

"""What is set in a workspace and goes into its replies, read as a whole."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from sqlalchemy import func, select
from sqlmodel import Session, col

from storage import access, audit, caps
from storage.access import Access
from storage.audit import Actor
from storage.caps import Cap
from storage.personas import PersonaFields, fields_of
from storage.tables import Change, Endpoint, Persona, ToolServer, Workspace
from storage.words import Asks, Deed, Platform

PROMPT_KEY = "prompt"
MAKES_PERSONA = frozenset({Deed.PERSONA_CREATE, Deed.PERSONA_EDIT, Deed.PERSONA_RENAME, Deed.PERSONA_RESTORE})
MAKES_PROMPT = frozenset({Deed.PROMPT_SET, Deed.PROMPT_RESTORE})


@dataclass(frozen=True, slots=True)
class Manager:
    """Somebody who was named to change what admins may: a `person`, or everybody with a `role`."""

    kind: str
    id: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice(PersonaFields):
    """A persona as replies need it. `change_id` is the change that made it so; None when that was not written down."""

    change_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEndpoint:
    """The model endpoint that a workspace has brought along; `sealed_key` is still encrypted."""

    kind: str
    base_url: str
    sealed_key: str = field(default="", repr=False)
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnServer:
    """A server of tools that the workspace has brought along; `sealed_key` is still encrypted."""

    name: str
    url: str
    sealed_key: str = field(default="", repr=False)
    asks: Asks = Asks.CHANGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What is set in a workspace, as of one revision. `models` are those that may be chosen: all, when empty.

    `personas` are by the ids of their rows; `channel_managers` holds when those who manage a channel may set its
    persona; an empty `prompt` is the built-in one. `summaries` are `on` or `off`, or empty where the operator's setting
    holds. What was said is kept for `retention_days`, or until it is deleted.
    """

    workspace_row: int
    platform: Platform
    revision: int
    prompt: str = ""
    prompt_change_id: int | None = None
    personas: Mapping[int, Voice] = field(default_factory=dict)
    model: str = ""
    models: tuple[str, ...] = ()
    timezone: str = "UTC"
    summaries: str = ""
    managers: tuple[Manager, ...] = ()
    channel_managers: bool = True
    endpoint: OwnEndpoint | None = None
    servers: tuple[OwnServer, ...] = ()
    retention_days: int | None = None
    access: Access = field(default_factory=Access)
    caps: tuple[Cap, ...] = ()


def read(session: Session, workspace_row: int) -> Configuration:
    """Raises LookupError when there is no such workspace."""
    workspace = _existing(session, workspace_row)
    made_by = _made_by(session, workspace_row)
    return Configuration(
        workspace_row=workspace_row,
        platform=Platform(workspace.platform),
        revision=workspace.revision,
        prompt=workspace.prompt,
        prompt_change_id=made_by.get(PROMPT_KEY) if workspace.prompt else None,
        personas=_personas(session, workspace_row, made_by),
        model=workspace.model,
        models=tuple(json.loads(workspace.models)),
        timezone=workspace.timezone,
        summaries=workspace.summaries,
        managers=managers_of(workspace),
        channel_managers=workspace.channel_managers,
        endpoint=_endpoint(session, workspace_row),
        servers=_servers(session, workspace_row),
        retention_days=workspace.retention_days,
        access=access.parsed(workspace.access),
        caps=caps.read(session, workspace_row),
    )


def managers_of(workspace: Workspace) -> tuple[Manager, ...]:
    return tuple(Manager(one["kind"], one["id"], one["name"]) for one in json.loads(workspace.managers))


def set_models(session: Session, workspace_row: int, actor: Actor, models: tuple[str, ...]) -> bool:
    """Say which models may be chosen; false when it was so already."""
    audit.lock(session, workspace_row)
    workspace = _existing(session, workspace_row)
    before = tuple(json.loads(workspace.models))
    if before == models:
        return False
    workspace.models = json.dumps(models, ensure_ascii=False)
    session.flush()
    audit.record(session, workspace_row, actor, Deed.MODEL_ALLOWED, "", {"models": before}, {"models": models})
    return True


def add_manager(session: Session, workspace_row: int, actor: Actor, manager: Manager) -> bool:
    """Name a person or a role; false when they are named already."""
    audit.lock(session, workspace_row)
    workspace = _existing(session, workspace_row)
    before = managers_of(workspace)
    if any((one.kind, one.id) == (manager.kind, manager.id) for one in before):
        return False
    _set_managers(session, workspace, (*before, manager))
    _record_manager(session, workspace_row, actor, Deed.MANAGERS_ADD, manager)
    return True


def remove_manager(session: Session, workspace_row: int, actor: Actor, kind: str, id_: str) -> Manager | None:
    """Name them no longer; None when they were not named."""
    audit.lock(session, workspace_row)
    workspace = _existing(session, workspace_row)
    before = managers_of(workspace)
    removed = next((one for one in before if (one.kind, one.id) == (kind, id_)), None)
    if removed is None:
        return None
    _set_managers(session, workspace, tuple(one for one in before if one != removed))
    _record_manager(session, workspace_row, actor, Deed.MANAGERS_REMOVE, removed)
    return removed


def _set_managers(session: Session, workspace: Workspace, managers: tuple[Manager, ...]) -> None:
    workspace.managers = json.dumps([asdict(one) for one in managers], ensure_ascii=False)
    session.flush()


def _record_manager(session: Session, workspace_row: int, actor: Actor, deed: Deed, manager: Manager) -> None:
    named, nobody = asdict(manager), dict[str, object]()
    before, after = (nobody, named) if deed is Deed.MANAGERS_ADD else (named, nobody)
    audit.record(session, workspace_row, actor, deed, manager.name or manager.id, before, after)


def _existing(session: Session, workspace_row: int) -> Workspace:
    workspace = session.get(Workspace, workspace_row)
    if workspace is None:
        raise LookupError(f"there is no workspace {workspace_row}")
    return workspace


def _made_by(session: Session, workspace_row: int) -> dict[str, int]:
    """The newest change that gave the prompt and each persona what it holds, by the key of its history."""
    statement = (
        select(col(Change.subject_key), func.max(col(Change.id)))
        .where(col(Change.workspace_id) == workspace_row, col(Change.deed).in_(MAKES_PERSONA | MAKES_PROMPT))
        .group_by(col(Change.subject_key))
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _personas(session: Session, workspace_row: int, made_by: Mapping[str, int]) -> dict[int, Voice]:
    found = session.execute(select(Persona).where(col(Persona.workspace_id) == workspace_row)).scalars()
    return {persona.id: _voice(persona, made_by.get(persona.key)) for persona in found if persona.id is not None}


def _voice(persona: Persona, change_id: int | None) -> Voice:
    return Voice(**asdict(fields_of(persona)), change_id=change_id)


def _endpoint(session: Session, workspace_row: int) -> OwnEndpoint | None:
    found = session.execute(select(Endpoint).where(col(Endpoint.workspace_id) == workspace_row)).scalar_one_or_none()
    if found is None:
        return None
    return OwnEndpoint(kind=found.kind, base_url=found.base_url, sealed_key=found.key, model=found.model)


def _servers(session: Session, workspace_row: int) -> tuple[OwnServer, ...]:
    statement = select(ToolServer).where(col(ToolServer.workspace_id) == workspace_row).order_by(col(ToolServer.name))
    return tuple(
        OwnServer(name=one.name, url=one.url, sealed_key=one.key, asks=Asks(one.asks))
        for one in session.execute(statement).scalars()
    )

"""The model endpoints that workspaces have brought along. Their keys are written here, encrypted, and never shown."""

from dataclasses import dataclass, field

from sqlalchemy import delete, select
from sqlmodel import Session, col

from storage import audit
from storage.audit import Actor
from storage.encrypted import Vault
from storage.tables import Endpoint, now
from storage.words import Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFields:
    """What a workspace says of its own endpoint; a `key` of None is the one that is kept already."""

    kind: str
    base_url: str
    model: str
    key: str | None = field(default=None, repr=False)


def keep(session: Session, vault: Vault, workspace_row: int, actor: Actor, given: OwnFields) -> None:
    """Keep a workspace's endpoint, in place of an earlier one.

    A key stays only as long as the address does: whoever may change the address must not get at the key by that.
    """
    found = _find(session, workspace_row)
    before = _told(found)
    row = found or Endpoint(workspace_id=workspace_row, kind=given.kind, base_url=given.base_url)
    if given.key is not None:
        row.key = vault.seal(given.key)
    elif row.base_url != given.base_url:
        row.key = ""
    row.kind, row.base_url, row.model, row.changed_at = given.kind, given.base_url, given.model, now()
    session.add(row)
    session.flush()
    audit.record(session, workspace_row, actor, Deed.ENDPOINT_SET, given.base_url, before, _told(row))


def remove(session: Session, workspace_row: int, actor: Actor) -> bool:
    """Forget a workspace's endpoint and its key; false when it has none."""
    found = _find(session, workspace_row)
    if found is None:
        return False
    before = _told(found)
    session.execute(delete(Endpoint).where(col(Endpoint.workspace_id) == workspace_row))
    audit.record(session, workspace_row, actor, Deed.ENDPOINT_REMOVE, found.base_url, before, {})
    return True


def rekey(session: Session, vault: Vault) -> int:
    """Encrypt every key with the newest one; how many endpoints there are. Raises Unreadable."""
    rows = list(session.execute(select(Endpoint)).scalars())
    for row in rows:
        row.key = vault.reseal(row.key)
    return len(rows)


def _find(session: Session, workspace_row: int) -> Endpoint | None:
    found: Endpoint | None = session.execute(
        select(Endpoint).where(col(Endpoint.workspace_id) == workspace_row)
    ).scalar_one_or_none()
    return found


def _told(row: Endpoint | None) -> dict[str, object]:
    """An endpoint as the audit log has it: of the key, only that there is one."""
    if row is None:
        return {}
    return {"kind": row.kind, "base_url": row.base_url, "model": row.model, "key": bool(row.key)}

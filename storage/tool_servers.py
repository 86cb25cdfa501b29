"""The servers of tools that workspaces have brought along. Their keys are written here, encrypted, and never shown."""

from dataclasses import dataclass, field

from sqlalchemy import delete, select
from sqlmodel import Session, col

from storage import audit
from storage.audit import Actor
from storage.encrypted import Vault
from storage.tables import ToolServer, now
from storage.words import Asks, Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFields:
    """What a workspace says of a server; a `key` of None is the one that is kept already."""

    name: str
    url: str
    asks: str = Asks.CHANGES
    key: str | None = field(default=None, repr=False)


def keep(session: Session, vault: Vault | None, workspace_row: int, actor: Actor, given: ServerFields) -> None:
    """Keep a server, in place of an earlier one of its name; a key needs the vault.

    A key stays only as long as the address does: whoever may change the address must not get at the key by that.
    """
    audit.lock(session, workspace_row)
    found = _find(session, workspace_row, given.name)
    before = _told(found)
    row = found or ToolServer(workspace_id=workspace_row, name=given.name, url=given.url, asks=given.asks)
    if given.key is not None:
        row.key = vault.seal(given.key) if vault is not None else ""
    elif row.url != given.url:
        row.key = ""
    row.url, row.asks, row.changed_at = given.url, given.asks, now()
    session.add(row)
    session.flush()
    audit.record(session, workspace_row, actor, Deed.TOOLS_SET, given.name, before, _told(row))


def remove(session: Session, workspace_row: int, actor: Actor, name: str) -> bool:
    """Forget a server and its key; false when there is none of this name."""
    audit.lock(session, workspace_row)
    found = _find(session, workspace_row, name)
    if found is None:
        return False
    before = _told(found)
    session.execute(delete(ToolServer).where(col(ToolServer.id) == found.id))
    audit.record(session, workspace_row, actor, Deed.TOOLS_REMOVE, name, before, {})
    return True


def rekey(session: Session, vault: Vault) -> int:
    """Encrypt every key with the newest one; how many servers there are. Raises Unreadable."""
    rows = list(session.execute(select(ToolServer)).scalars())
    for row in rows:
        row.key = vault.reseal(row.key)
    return len(rows)


def _find(session: Session, workspace_row: int, name: str) -> ToolServer | None:
    its = (col(ToolServer.workspace_id) == workspace_row, col(ToolServer.name) == name)
    found: ToolServer | None = session.execute(select(ToolServer).where(*its)).scalar_one_or_none()
    return found


def _told(row: ToolServer | None) -> dict[str, object]:
    """A server as the audit log has it: of the key, only that there is one."""
    return {} if row is None else {"url": row.url, "asks": row.asks, "key": bool(row.key)}

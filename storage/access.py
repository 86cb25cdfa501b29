"""Who may use Parley in a workspace, as its admins have set it, and what no answer may say."""

from dataclasses import dataclass

import msgspec
from sqlalchemy import select, update
from sqlmodel import Session, col

from storage import audit
from storage.audit import Actor
from storage.tables import Workspace
from storage.words import Deed

CHANNEL, ROLE, PERSON = "channel", "role", "person"


@dataclass(frozen=True, slots=True)
class Listed:
    """A `channel`, everybody with a `role`, or a `person`; the name is for those who read the list."""

    kind: str
    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """Without anything `allowed`, everybody may use Parley everywhere but where it is `denied`.

    `direct` holds while it may be written to directly, and `words` are those that keep an answer from being shown.
    """

    allowed: tuple[Listed, ...] = ()
    denied: tuple[Listed, ...] = ()
    direct: bool = True
    words: tuple[str, ...] = ()

    def of(self, kind: str, listed: tuple[Listed, ...]) -> frozenset[str]:
        """The ids of one kind in one of the lists."""
        return frozenset(one.id for one in listed if one.kind == kind)

    @property
    def roles(self) -> frozenset[str]:
        """The roles that matter at all."""
        return self.of(ROLE, self.allowed) | self.of(ROLE, self.denied)

    def without(self, kind: str, id_: str) -> "Access":
        """The same with nothing said of one of them."""
        allowed, denied = (
            tuple(one for one in listed if (one.kind, one.id) != (kind, id_)) for listed in (self.allowed, self.denied)
        )
        return Access(allowed, denied, self.direct, self.words)


def parsed(text: str) -> Access:
    """What a workspace's row holds."""
    return msgspec.json.decode(text, type=Access)


def written(access: Access) -> str:
    return msgspec.json.encode(access).decode()


def change(session: Session, workspace_row: int, actor: Actor, deed: Deed, subject: str, access: Access) -> bool:
    """Set it and write that down; false when it was so already."""
    audit.lock(session, workspace_row)
    before = read(session, workspace_row)
    if before == access:
        return False
    session.execute(update(Workspace).where(col(Workspace.id) == workspace_row).values(access=written(access)))
    audit.record(session, workspace_row, actor, deed, subject, _plain(before), _plain(access))
    return True


def read(session: Session, workspace_row: int) -> Access:
    return parsed(session.execute(select(col(Workspace.access)).where(col(Workspace.id) == workspace_row)).scalar_one())


def _plain(access: Access) -> dict[str, object]:
    plain: dict[str, object] = msgspec.to_builtins(access)
    return plain

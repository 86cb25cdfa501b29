"""Where Parley is installed, and the tokens that it was given there."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlmodel import Session, col

from storage import workspaces
from storage.encrypted import Vault
from storage.tables import Installation, Installing, Workspace, now
from storage.words import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """A bot's token; one that expires comes with another, which refreshes it once."""

    token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """An installation in a workspace, or in a whole organisation; `platform_id` is the id of either."""

    platform_id: str
    name: str
    bot_id: str
    bot_user_id: str
    tokens: Tokens
    scopes: str = ""
    installed_by: str = ""
    installed_at: datetime = field(default_factory=now)


def keep(session: Session, vault: Vault, installed: Installed) -> None:
    """Keep an installation, in place of an earlier one. What people have set up in its workspaces stays as it is."""
    values = {
        "platform_id": installed.platform_id,
        "name": installed.name,
        "bot_id": installed.bot_id,
        "bot_user_id": installed.bot_user_id,
        "scopes": installed.scopes,
        "installed_by": installed.installed_by,
        "installed_at": installed.installed_at,
        **_sealed(vault, installed.tokens),
    }
    if workspaces.insert_if_new(session, Installation, values) is None:
        its = col(Installation.platform_id) == installed.platform_id
        session.execute(update(Installation).where(its).values(values))


def find(session: Session, vault: Vault, team_id: str, organisation_id: str = "") -> Installed | None:
    """The workspace's own installation, or else its organisation's; None when there is neither.

    Which organisation serves a workspace is remembered, since a reply knows only its workspace.
    """
    row = _row(session, team_id)
    if row is None:
        organisation_id = organisation_id or _organisation_of(session, team_id)
        row = _row(session, organisation_id)
        if row is not None and team_id:
            _remember(session, team_id, organisation_id)
    return None if row is None else _installed(vault, row)


def remove(session: Session, platform_id: str, since: datetime) -> bool:
    """Forget an installation and its tokens, unless it was made after that time; whether none is left."""
    its = (col(Installation.platform_id) == platform_id, col(Installation.installed_at) <= since)
    session.execute(delete(Installation).where(*its))
    return _row(session, platform_id) is None


def served_by(session: Session, platform_id: str) -> list[str]:
    """The workspaces that an installation serves: its own, or those of its organisation that it was used in."""
    statement = select(col(Workspace.platform_id)).where(
        col(Workspace.platform) == Platform.SLACK,
        or_(col(Workspace.platform_id) == platform_id, col(Workspace.organisation) == platform_id),
    )
    return list(session.execute(statement).scalars())


def lease(session: Session, platform_id: str, expires_at: datetime, at: datetime, until: datetime) -> bool:
    """Take it on to refresh the tokens that expire then; false when another has done so, or is about to."""
    taken = session.execute(
        update(Installation)
        .where(
            col(Installation.platform_id) == platform_id,
            col(Installation.expires_at) == expires_at,
            or_(col(Installation.refreshing_until).is_(None), col(Installation.refreshing_until) < at),
        )
        .values(refreshing_until=until)
        .returning(col(Installation.id))
    )
    return taken.scalar_one_or_none() is not None


def renew(session: Session, vault: Vault, platform_id: str, tokens: Tokens) -> None:
    """Keep refreshed tokens, and give the lease back."""
    session.execute(
        update(Installation).where(col(Installation.platform_id) == platform_id).values(_sealed(vault, tokens))
    )


def rekey(session: Session, vault: Vault) -> int:
    """Encrypt every token with the newest key; how many installations there are. Raises Unreadable."""
    rows = list(session.execute(select(Installation)).scalars())
    for row in rows:
        row.token, row.refresh_token = vault.reseal(row.token), vault.reseal(row.refresh_token)
    return len(rows)


def check(session: Session, vault: Vault) -> int:
    """How many installations there are. Raises Unreadable when one of them cannot be read."""
    rows = list(session.execute(select(Installation)).scalars())
    for row in rows:
        _installed(vault, row)
    return len(rows)


def expect(session: Session, state: str, at: datetime, until: datetime) -> None:
    """Somebody is sent to Slack with this state; what was expected earlier and never came is forgotten."""
    session.execute(delete(Installing).where(col(Installing.expires_at) < at))
    session.add(Installing(state=state, expires_at=until))


def expected(session: Session, state: str, at: datetime) -> bool:
    """Whether somebody comes back with a state that was given out, in time and for the first time."""
    its = (col(Installing.state) == state, col(Installing.expires_at) >= at)
    return session.execute(delete(Installing).where(*its).returning(col(Installing.id))).first() is not None


def _row(session: Session, platform_id: str) -> Installation | None:
    statement = select(Installation).where(col(Installation.platform_id) == platform_id)
    return session.execute(statement).scalar_one_or_none() if platform_id else None


def _organisation_of(session: Session, team_id: str) -> str:
    statement = select(col(Workspace.organisation)).where(
        col(Workspace.platform) == Platform.SLACK, col(Workspace.platform_id) == team_id
    )
    return session.execute(statement).scalar_one_or_none() or ""


def _remember(session: Session, team_id: str, organisation_id: str) -> None:
    workspace_id = workspaces.workspace(session, Platform.SLACK, team_id)
    its = (col(Workspace.id) == workspace_id, col(Workspace.organisation) != organisation_id)
    session.execute(update(Workspace).where(*its).values(organisation=organisation_id))


def _sealed(vault: Vault, tokens: Tokens) -> dict[str, object]:
    return {
        "token": vault.seal(tokens.token),
        "refresh_token": vault.seal(tokens.refresh_token),
        "expires_at": tokens.expires_at,
        "refreshing_until": None,
        "changed_at": now(),
    }


def _installed(vault: Vault, row: Installation) -> Installed:
    return Installed(
        platform_id=row.platform_id,
        name=row.name,
        bot_id=row.bot_id,
        bot_user_id=row.bot_user_id,
        tokens=Tokens(
            token=vault.unseal(row.token),
            refresh_token=vault.unseal(row.refresh_token),
            expires_at=row.expires_at,
        ),
        scopes=row.scopes,
        installed_by=row.installed_by,
        installed_at=row.installed_at,
    )

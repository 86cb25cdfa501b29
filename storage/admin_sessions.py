"""Who is logged in on the admin page, in whichever process it is served."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Session, col

from storage.tables import AdminSession, rows


def begin(session: Session, digest: str, now: datetime, expires_at: datetime) -> None:
    """Let a browser in until then; those whose time is over are forgotten."""
    session.execute(delete(AdminSession).where(col(AdminSession.expires_at) <= now))
    session.execute(insert(rows(AdminSession)), {"digest": digest, "expires_at": expires_at})


def holds(session: Session, digest: str, now: datetime) -> bool:
    """Whether a browser is let in at this moment."""
    its = (col(AdminSession.digest) == digest, col(AdminSession.expires_at) > now)
    return session.execute(select(col(AdminSession.digest)).where(*its)).first() is not None


def end(session: Session, digest: str) -> None:
    session.execute(delete(AdminSession).where(col(AdminSession.digest) == digest))

"""Who is logged in on the admin page."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class AdminSession(SQLModel, table=True):
    """A browser that has shown the admin token; `digest` is made of what it keeps, and does not tell that."""

    __tablename__ = "admin_session"

    digest: str = Field(primary_key=True)
    expires_at: datetime

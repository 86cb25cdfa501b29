"""Parley in many Slack workspaces."""

from datetime import datetime

from sqlalchemy import (
    Text,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from storage.tables.columns import ID, now


class Installation(SQLModel, table=True):
    """Parley in one Slack workspace or, with the organisation's id in its place, in all of an organisation's.

    The tokens are encrypted. Whoever refreshes an expiring one holds `refreshing_until` meanwhile, as a refresh token
    works once: docs.slack.dev/authentication/using-token-rotation
    """

    __table_args__ = (UniqueConstraint("platform_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    platform_id: str
    name: str = ""
    bot_id: str
    bot_user_id: str
    scopes: str = ""
    token: str = Field(sa_type=Text)
    refresh_token: str = Field(default="", sa_type=Text)
    expires_at: datetime | None = None
    refreshing_until: datetime | None = None
    installed_by: str = ""
    installed_at: datetime = Field(default_factory=now)
    changed_at: datetime = Field(default_factory=now)


class Installing(SQLModel, table=True):
    """Somebody was sent to Slack to install Parley; `state` is what they come back with, once and in time."""

    __table_args__ = (UniqueConstraint("state"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    state: str
    expires_at: datetime

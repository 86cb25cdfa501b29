"""Workspaces and what is set in them: personas, channels, endpoints, servers of tools, and every change."""

from datetime import datetime

from sqlalchemy import (
    Index,
    Text,
    UniqueConstraint,
    true,
)
from sqlmodel import Field, SQLModel

from storage.tables.columns import ID, UNSET, new_key, now, one_of
from storage.words import Asks, Listening, Platform


class Workspace(SQLModel, table=True):
    """A Slack team, a Discord server, or the one-person scope of a direct message.

    `organisation` is the platform's id of the organisation whose installation of Parley serves it, if one does.
    `models` is a JSON list of the models that may be chosen, empty for all that are offered; `managers` a JSON list of
    people and roles who may change what admins may. Every change raises `revision`. `summaries` is `on` or `off`, or
    empty for what Parley is set up with. What was said is deleted after `retention_days`, if those are set; `access` is
    JSON: see `storage.access`.
    """

    __table_args__ = (UniqueConstraint("platform", "platform_id"), one_of("platform", Platform))

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    platform: str
    platform_id: str
    organisation: str = Field(default="", sa_column_kwargs={"server_default": ""})
    name: str = ""
    prompt: str = Field(default="", sa_type=Text)
    model: str = Field(default="", sa_column_kwargs=UNSET)
    models: str = Field(default="[]", sa_type=Text, sa_column_kwargs={"server_default": "[]"})
    managers: str = Field(default="[]", sa_type=Text, sa_column_kwargs={"server_default": "[]"})
    channel_managers: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    timezone: str = Field(default="UTC", sa_column_kwargs={"server_default": "UTC"})
    summaries: str = Field(default="", sa_column_kwargs=UNSET)
    retention_days: int | None = None
    access: str = Field(default="{}", sa_type=Text, sa_column_kwargs={"server_default": "{}"})
    revision: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    created_at: datetime = Field(default_factory=now)


class Persona(SQLModel, table=True):
    """A named instruction of a workspace; names are told apart without regard to case.

    Its history is kept under `key`, which stays the same when it is renamed, or deleted and restored. `tools` is a JSON
    list of names. Of what is empty or missing the model's, the workspace's or Parley's own applies.
    """

    __table_args__ = (UniqueConstraint("workspace_id", "name_key"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    workspace_id: int = Field(foreign_key="workspace.id", ondelete="CASCADE", sa_type=ID)
    name: str
    name_key: str
    key: str = Field(default_factory=new_key, sa_column_kwargs=UNSET)
    instruction: str = Field(sa_type=Text)
    model: str = Field(default="", sa_column_kwargs=UNSET)
    temperature: float | None = None
    effort: str = Field(default="", sa_column_kwargs=UNSET)
    tools: str = Field(default="[]", sa_type=Text, sa_column_kwargs={"server_default": "[]"})
    display_name: str = Field(default="", sa_column_kwargs=UNSET)
    icon: str = Field(default="", sa_type=Text, sa_column_kwargs=UNSET)
    created_at: datetime = Field(default_factory=now)
    changed_at: datetime = Field(default_factory=now)


class Channel(SQLModel, table=True):
    """Where people talk. It has at most one persona, and listens to more or less of what is said."""

    __table_args__ = (UniqueConstraint("workspace_id", "platform_id"), one_of("listening", Listening))

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    workspace_id: int = Field(foreign_key="workspace.id", ondelete="CASCADE", sa_type=ID)
    platform_id: str
    name: str = ""
    persona_id: int | None = Field(default=None, foreign_key="persona.id", ondelete="SET NULL", index=True, sa_type=ID)
    listening: str = Field(
        default=Listening.THREADS.value, sa_column_kwargs={"server_default": Listening.THREADS.value}
    )
    topic: str = Field(default="", sa_type=Text, sa_column_kwargs=UNSET)
    model: str = Field(default="", sa_column_kwargs=UNSET)


class Endpoint(SQLModel, table=True):
    """A model endpoint that a workspace has brought along, for itself alone; the key is encrypted."""

    __table_args__ = (UniqueConstraint("workspace_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    workspace_id: int = Field(foreign_key="workspace.id", ondelete="CASCADE", sa_type=ID)
    kind: str
    base_url: str
    key: str = Field(default="", sa_type=Text)
    model: str = ""
    changed_at: datetime = Field(default_factory=now)


class ToolServer(SQLModel, table=True):
    """A server of tools (MCP, over HTTP) that a workspace has brought along; the key is encrypted.

    `asks` says which of its tools somebody must allow: all, those that may change something, or none.
    """

    __tablename__ = "tool_server"
    __table_args__ = (UniqueConstraint("workspace_id", "name"), one_of("asks", Asks))

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    workspace_id: int = Field(foreign_key="workspace.id", ondelete="CASCADE", sa_type=ID)
    name: str
    url: str = Field(sa_type=Text)
    key: str = Field(default="", sa_type=Text)
    asks: str
    changed_at: datetime = Field(default_factory=now)


class Change(SQLModel, table=True):
    """What somebody changed in a workspace: its audit log, and the history of its prompt and personas.

    `subject` is what people call it, `subject_key` what it is kept under for good. `before` and `after` are JSON and
    never hold a secret.
    """

    __table_args__ = (Index(None, "workspace_id", "id"), Index(None, "workspace_id", "subject_key", "id"))

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    workspace_id: int = Field(foreign_key="workspace.id", ondelete="CASCADE", sa_type=ID)
    at: datetime = Field(default_factory=now)
    actor_id: str
    actor_name: str
    deed: str
    subject: str
    subject_key: str = ""
    before: str = Field(default="{}", sa_type=Text)
    after: str = Field(default="{}", sa_type=Text)

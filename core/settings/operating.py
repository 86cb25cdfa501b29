"""What is set about running Parley."""

import re
from typing import Literal

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings

from core import caps
from core.settings import fields
from core.settings.fields import NOTHING, named, parts
from storage import database, encrypted

WORKSPACE = re.compile(r"(slack|discord):[^\s,]+")


class OperatingSettings(BaseSettings):
    """Storage, logs, limits and times."""

    database_url: str = named(
        "DATABASE_URL", "sqlite:///parley.db", "The database: a SQLite file, or postgresql://user:password@host/name."
    )
    port: int | None = named(
        "PORT", None, "Serve /healthz, /readyz, /metrics and Slack over HTTP on this port.", ge=0, le=65535
    )
    admin_token: SecretStr = named(
        "PARLEY_ADMIN_TOKEN",
        NOTHING,
        "Serve the admin page at PORT, /admin, for whoever has this token; see docs/admin.md.",
    )
    encryption_keys: SecretStr = named(
        "PARLEY_ENCRYPTION_KEYS", NOTHING, "What kept tokens are encrypted with: Fernet keys with commas, newest first."
    )
    workspace: str = named(
        "PARLEY_WORKSPACE", "", "The workspace that commands such as `parley persona` work on: slack:T0123ABC."
    )
    metrics_token: SecretStr = named(
        "PARLEY_METRICS_TOKEN",
        NOTHING,
        "What /metrics has to be asked with (Authorization: Bearer …); needed where others reach PORT, too.",
    )
    model_ping_s: float = named(
        "PARLEY_MODEL_PING_S",
        60.0,
        "After how many seconds without an answer a model's endpoint is asked whether it is well; 0: never.",
        ge=0,
    )
    traces: Literal["on", "off"] = named(
        "PARLEY_TRACES", "off", "on: the steps of each reply are sent to where OTEL_EXPORTER_OTLP_ENDPOINT says."
    )
    log_format: Literal["auto", "json", "text"] = named(
        "PARLEY_LOG_FORMAT", "auto", "json, text, or auto: text in a terminal and json elsewhere."
    )
    log_level: Literal["debug", "info", "warning", "error"] = named(
        "PARLEY_LOG_LEVEL", "info", "The least severe log records to write: debug, info, warning or error."
    )
    max_messages: int = named(
        "PARLEY_MAX_MESSAGES", 8, "How many messages an answer fills at most; the rest is attached as a file.", ge=1
    )
    notify_after_s: float = named(
        "PARLEY_NOTIFY_AFTER_S", 0.0, "An answer that grew longer than this is pointed to when finished; 0: none.", ge=0
    )
    catch_up_s: float = named(
        "PARLEY_CATCH_UP_S", 600.0, "How old a message missed while away may be to be answered still; 0: none is.", ge=0
    )
    person_per_minute: int = named(
        "PARLEY_PERSON_PER_MINUTE", 10, "How many answers one person may ask for in a minute; 0: any number.", ge=0
    )
    channel_per_minute: int = named(
        "PARLEY_CHANNEL_PER_MINUTE", 60, "How many answers a channel may ask for in a minute; 0: any number.", ge=0
    )
    workspace_per_minute: int = named(
        "PARLEY_WORKSPACE_PER_MINUTE", 300, "How many answers a workspace may ask for in a minute; 0: any number.", ge=0
    )
    caps: str = named(
        "PARLEY_CAPS",
        "",
        "What may be spent in every workspace: “workspace month $50; person day 20000 tokens”; see docs/usage.md.",
    )
    retention_days: int = named(
        "PARLEY_RETENTION_DAYS",
        0,
        "After how many days what was said is deleted, where a workspace has not set fewer; 0: not by itself.",
        ge=0,
        le=36_500,
    )
    workspaces_allowed: str = named(
        "PARLEY_WORKSPACES_ALLOWED",
        "",
        "The workspaces to serve, with commas: slack:T0123ABC, discord:4567; all if empty.",
    )
    workspaces_denied: str = named("PARLEY_WORKSPACES_DENIED", "", "The workspaces not to serve, with commas.")
    direct_messages: Literal["on", "off"] = named(
        "PARLEY_DIRECT_MESSAGES", "on", "Whether direct messages are answered anywhere: on or off."
    )
    moderation: Literal["on", "off"] = named(
        "PARLEY_MODERATION", "off", "on: an answer is shown only whole, after a moderation API has passed it."
    )
    moderation_url: str = named(
        "PARLEY_MODERATION_URL", "", "Where that API is, as OpenAI's; ends in /v1 as a rule. OPENAI_BASE_URL if empty."
    )
    moderation_key: SecretStr = named(
        "PARLEY_MODERATION_KEY", NOTHING, "The key for PARLEY_MODERATION_URL; without that, OPENAI_API_KEY is used."
    )
    moderation_model: str = named(
        "PARLEY_MODERATION_MODEL", "omni-moderation-latest", "The model that judges; the API's own choice if empty."
    )
    moderation_fails: Literal["open", "closed"] = named(
        "PARLEY_MODERATION_FAILS", "closed", "What becomes of an answer that nobody could judge: open shows it."
    )
    moderation_s: float = named("PARLEY_MODERATION_S", 10.0, "How many seconds that API may take.", gt=0)
    replies_at_once: int = named(
        "PARLEY_REPLIES_AT_ONCE", 500, "How many replies one process makes side by side on PostgreSQL.", ge=1
    )
    grace_s: float = named(
        "PARLEY_GRACE_S", 20.0, "How many seconds replies in flight may take to finish at shutdown.", ge=0
    )

    @field_validator("caps")
    @classmethod
    def _caps(cls, said: str) -> str:
        caps.general(said)
        return said

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: str) -> str:
        database.address(url)
        return url

    @field_validator("workspaces_allowed", "workspaces_denied")
    @classmethod
    def _workspaces(cls, names: str) -> str:
        for name in parts(names):
            if not WORKSPACE.fullmatch(name):
                raise ValueError(f"{name!r} is no workspace: write slack:T0123ABC or discord:4567")
        return names

    @field_validator("moderation_url")
    @classmethod
    def _moderation(cls, url: str) -> str:
        return fields.address(url, ("http", "https")) if url else ""

    @field_validator("moderation_key")
    @classmethod
    def _moderation_key(cls, key: SecretStr) -> SecretStr:
        return fields.header(key)

    @field_validator("admin_token")
    @classmethod
    def _admin(cls, token: SecretStr) -> SecretStr:
        return fields.hard_to_guess(token)

    @field_validator("encryption_keys")
    @classmethod
    def _keys(cls, keys: SecretStr) -> SecretStr:
        if not all(encrypted.is_key(key) for key in fields.listed(keys)):
            raise ValueError("each key is 32 bytes in URL-safe base64; `parley db key` makes one")
        return keys

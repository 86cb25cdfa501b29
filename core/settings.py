"""The settings: read once, from the environment and a `.env` file, and checked as a whole."""

from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core import shards
from core.errors import BadSettings
from storage import database, encrypted

SLACK_API_URL = "https://slack.com/api/"
DISCORD_API_URL = "https://discord.com/api/v10"
DISCORD_GATEWAY_URL = "wss://gateway.discord.gg/"
OPENAI_BASE_URL = "https://api.openai.com/v1"

NOTHING = SecretStr("")


def named(name: str, default: Any, description: str, **limits: Any) -> Any:
    """A setting that is read from the environment variable of this name."""
    return Field(default, validation_alias=AliasChoices(name), description=description, **limits)


class Settings(BaseSettings):
    """Everything that can be set; the description of each field is its documentation."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )

    slack_bot_token: SecretStr = named("SLACK_BOT_TOKEN", NOTHING, "The Slack app's bot token (xoxb-…).")
    slack_app_token: SecretStr = named(
        "SLACK_APP_TOKEN", NOTHING, "The app-level token (xapp-…, scope connections:write) for Socket Mode."
    )
    slack_signing_secret: SecretStr = named(
        "SLACK_SIGNING_SECRET", NOTHING, "The app's signing secret, for events over HTTP at PORT; needs no app token."
    )
    slack_client_id: str = named("SLACK_CLIENT_ID", "", "The app's client id, to be installed in many workspaces.")
    slack_client_secret: SecretStr = named("SLACK_CLIENT_SECRET", NOTHING, "The app's client secret, beside its id.")
    slack_api_url: str = named("SLACK_API_URL", SLACK_API_URL, "Where Slack's Web API is; ends in /api/.")

    slack_streaming: Literal["on", "off"] = named(
        "PARLEY_SLACK_STREAMING", "off", "on: in direct messages on Slack, answers stream in Slack's own way."
    )

    discord_token: SecretStr = named("DISCORD_TOKEN", NOTHING, "The Discord application's bot token.")
    discord_api_url: str = named("DISCORD_API_URL", DISCORD_API_URL, "Where Discord's REST API is; ends in /api/v10.")
    discord_gateway_url: str = named("DISCORD_GATEWAY_URL", DISCORD_GATEWAY_URL, "Where Discord's gateway is.")
    discord_shards: str = named(
        "PARLEY_DISCORD_SHARDS",
        "",
        "The shards this process serves, such as 0-3/16; all that Discord advises if empty.",
    )
    discord_threads: Literal["on", "off"] = named(
        "PARLEY_DISCORD_THREADS", "off", "on: on Discord, each conversation that a mention begins gets its own thread."
    )
    discord_webhooks: Literal["on", "off"] = named(
        "PARLEY_DISCORD_WEBHOOKS", "off", "on: on Discord, a persona answers under its own name, through a webhook."
    )

    openai_api_key: SecretStr = named("OPENAI_API_KEY", NOTHING, "The model provider's key; a local server needs none.")
    openai_base_url: str = named(
        "OPENAI_BASE_URL", OPENAI_BASE_URL, "Any OpenAI-compatible chat completions API; ends in /v1 as a rule."
    )
    openai_model: str = named("OPENAI_MODEL", "", "The model's name, as the provider spells it.")

    database_url: str = named("DATABASE_URL", "sqlite:///parley.db", "The database: a SQLite file.")
    port: int | None = named("PORT", None, "Serve /healthz, /readyz and Slack over HTTP on this port.", ge=0, le=65535)
    encryption_keys: SecretStr = named(
        "PARLEY_ENCRYPTION_KEYS", NOTHING, "What kept tokens are encrypted with: Fernet keys with commas, newest first."
    )

    workspace: str = named(
        "PARLEY_WORKSPACE", "", "What `parley persona` and `parley prompt` work on, such as slack:T0123ABC."
    )
    log_format: Literal["auto", "json", "text"] = named(
        "PARLEY_LOG_FORMAT", "auto", "json, text, or auto: text in a terminal and json elsewhere."
    )
    log_level: Literal["debug", "info", "warning", "error"] = named(
        "PARLEY_LOG_LEVEL", "info", "The least severe log records to write: debug, info, warning or error."
    )
    house_rules: str = named("PARLEY_HOUSE_RULES", "", "A prompt that comes before every workspace's own.")
    history_messages: int = named(
        "PARLEY_HISTORY_MESSAGES", 200, "How many of a thread's newest messages the model is given at most.", ge=1
    )
    context_tokens: int = named(
        "PARLEY_CONTEXT_TOKENS", 100_000, "The model's window in tokens; older messages are left out beyond it.", ge=500
    )
    answer_tokens: int = named(
        "PARLEY_ANSWER_TOKENS", 4_096, "How many tokens of the window are kept free for the answer.", ge=1
    )
    max_messages: int = named(
        "PARLEY_MAX_MESSAGES", 8, "How many messages an answer fills at most; the rest is attached as a file.", ge=1
    )
    notify_after_s: float = named(
        "PARLEY_NOTIFY_AFTER_S", 0.0, "An answer that grew longer than this is pointed to when finished; 0: none.", ge=0
    )
    first_token_s: float = named(
        "PARLEY_FIRST_TOKEN_S", 60.0, "How many seconds the model may take to begin its answer.", gt=0
    )
    idle_s: float = named("PARLEY_IDLE_S", 60.0, "How many seconds the model may pause within its answer.", gt=0)
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
    file_mb: float = named(
        "PARLEY_FILE_MB", 20.0, "How many megabytes a file may have to be read; 0: none is.", ge=0, le=100
    )
    file_characters: int = named(
        "PARLEY_FILE_CHARACTERS", 60_000, "How many characters of a text file or PDF the model is given.", ge=1
    )
    vision: Literal["auto", "on", "off"] = named(
        "PARLEY_VISION", "auto", "Whether the model takes images: on, off, or auto: until it refuses one."
    )
    grace_s: float = named(
        "PARLEY_GRACE_S", 20.0, "How many seconds replies in flight may take to finish at shutdown.", ge=0
    )

    @field_validator("slack_api_url")
    @classmethod
    def _slack_api(cls, url: str) -> str:
        return _address(url, ("http", "https"), ends_in="/api/")

    @field_validator("discord_api_url")
    @classmethod
    def _discord_api(cls, url: str) -> str:
        return _address(url, ("http", "https"), ends_in="/api/v10")

    @field_validator("discord_gateway_url")
    @classmethod
    def _gateway(cls, url: str) -> str:
        return _address(url, ("ws", "wss"))

    @field_validator("discord_shards")
    @classmethod
    def _shards(cls, text: str) -> str:
        if text:
            shards.parse(text)
        return text

    @field_validator("openai_base_url")
    @classmethod
    def _openai(cls, url: str) -> str:
        if url.rstrip("/").endswith("/chat/completions"):
            raise ValueError("leave out /chat/completions: the address ends before it, in /v1 as a rule")
        return _address(url, ("http", "https"))

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: str) -> str:
        database.address(url)
        return url

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, token: SecretStr) -> SecretStr:
        return _token(token, "xoxb-")

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, token: SecretStr) -> SecretStr:
        return _token(token, "xapp-")

    @field_validator("encryption_keys")
    @classmethod
    def _keys(cls, keys: SecretStr) -> SecretStr:
        if not all(encrypted.is_key(key) for key in listed(keys)):
            raise ValueError("each key is 32 bytes in URL-safe base64; `parley db key` makes one")
        return keys

    @property
    def has_slack(self) -> bool:
        secrets = (self.slack_bot_token, self.slack_app_token, self.slack_signing_secret, self.slack_client_secret)
        return bool(self.slack_client_id or any(secret.get_secret_value() for secret in secrets))

    @property
    def has_many_slack_workspaces(self) -> bool:
        return bool(self.slack_client_id or self.slack_client_secret.get_secret_value())

    @property
    def has_discord(self) -> bool:
        return bool(self.discord_token.get_secret_value())


def load(env_file: Path | None = Path(".env"), **overrides: Any) -> Settings:
    """Read the settings. Raises BadSettings with every problem at once."""
    settings, problems = read(env_file, **overrides)
    if problems:
        raise BadSettings(problems)
    return settings


def read(env_file: Path | None = Path(".env"), **overrides: Any) -> tuple[Settings, tuple[str, ...]]:
    """The settings and every problem with them, a line each.

    In place of a value that cannot be used stands the default; an unusable secret stays, as it is not missing.
    """
    try:
        settings = Settings(_env_file=env_file, **overrides)  # type: ignore[call-arg]
    except ValidationError as error:
        details = error.errors()
        settings = _with_defaults({_field(detail): detail["input"] for detail in details}, env_file, overrides)
        return settings, tuple(map(_problem, details)) + _contradictions(settings)
    return settings, _contradictions(settings)


def variables() -> dict[str, str]:
    """The environment variable of each field, in the order of the class."""
    return {name: str(field.validation_alias.choices[0]) for name, field in Settings.model_fields.items()}  # type: ignore[union-attr]


def _field(detail: Any) -> str:
    """The field that a problem is about, whether it was given by its own name or by its variable's."""
    given = str(detail["loc"][0])
    return next((name for name, variable in variables().items() if variable == given), given)


def _with_defaults(unusable: dict[str, Any], env_file: Path | None, overrides: dict[str, Any]) -> Settings:
    names = variables()
    dropped = unusable.keys() | {names[field] for field in unusable}
    usable = {name: value for name, value in overrides.items() if name not in dropped}
    defaults = {names[field]: Settings.model_fields[field].default for field in unusable}
    settings = Settings(_env_file=env_file, **usable, **defaults)  # type: ignore[call-arg]
    secrets = {name: SecretStr(str(given)) for name, given in unusable.items() if defaults[names[name]] == NOTHING}
    return settings.model_copy(update=secrets)


def _contradictions(settings: Settings) -> tuple[str, ...]:
    if settings.answer_tokens >= settings.context_tokens:
        return ("PARLEY_ANSWER_TOKENS must be smaller than PARLEY_CONTEXT_TOKENS",)
    return ()


def serving_problems(settings: Settings, platforms: frozenset[str]) -> tuple[str, ...]:
    """What keeps these platforms (all that are set up, when none is named) from being served, a line each."""
    problems = []
    if not platforms and not settings.has_slack and not settings.has_discord:
        problems.append("Nothing to serve: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or DISCORD_TOKEN, or both.")
    if "slack" in platforms or (not platforms and settings.has_slack):
        problems += _slack_problems(settings)
    if "discord" in platforms and not settings.has_discord:
        problems.append("DISCORD_TOKEN is missing: it is on the application's page 'Bot'.")
    if not settings.openai_model:
        problems.append("OPENAI_MODEL is missing: name the model that answers, as its provider spells it.")
    if settings.openai_base_url == OPENAI_BASE_URL and not settings.openai_api_key.get_secret_value():
        problems.append("OPENAI_API_KEY is missing: OpenAI's API needs one (or set OPENAI_BASE_URL to another API).")
    return tuple(problems)


def _slack_problems(settings: Settings) -> list[str]:
    """What is missing or contradictory between Slack's settings."""
    over_http = bool(settings.slack_signing_secret.get_secret_value())
    problems = []
    if settings.has_many_slack_workspaces:
        problems += _slack_oauth_problems(settings)
    elif not settings.slack_bot_token.get_secret_value():
        problems.append("SLACK_BOT_TOKEN is missing: it is on the app's page 'OAuth & Permissions'.")
    if not over_http and not settings.slack_app_token.get_secret_value():
        problems.append(
            "SLACK_APP_TOKEN is missing: make an app-level token with the scope connections:write"
            " (or set SLACK_SIGNING_SECRET and PORT for events over HTTP)."
        )
    if settings.port is None and (over_http or settings.has_many_slack_workspaces):
        reason = "SLACK_SIGNING_SECRET" if over_http else "SLACK_CLIENT_ID"
        problems.append(f"PORT is missing: with {reason} set, Slack speaks to Parley over HTTP.")
    return problems


def _slack_oauth_problems(settings: Settings) -> list[str]:
    problems = []
    if settings.slack_bot_token.get_secret_value():
        problems.append("SLACK_BOT_TOKEN is for one workspace and SLACK_CLIENT_ID for many: leave one of them out.")
    if not settings.slack_client_id:
        problems.append("SLACK_CLIENT_ID is missing: it is beside the client secret, on 'Basic Information'.")
    if not settings.slack_client_secret.get_secret_value():
        problems.append("SLACK_CLIENT_SECRET is missing: it is beside the client id, on 'Basic Information'.")
    if not settings.encryption_keys.get_secret_value():
        problems.append("PARLEY_ENCRYPTION_KEYS is missing: tokens are kept encrypted only; `parley db key` makes one.")
    return problems


def listed(secret: SecretStr) -> list[str]:
    """The parts of a secret that is a list with commas."""
    return [part.strip() for part in secret.get_secret_value().split(",") if part.strip()]


def _problem(detail: Any) -> str:
    name = ".".join(str(part) for part in detail["loc"])
    message = str(detail["msg"]).removeprefix("Value error, ")
    return f"{name}: {message}" if name else message


def _address(url: str, schemes: tuple[str, ...], ends_in: str = "") -> str:
    parts = urlsplit(url)
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"{url!r} is not an address that begins with {' or '.join(f'{s}://' for s in schemes)}")
    if ends_in and not url.rstrip("/").endswith(ends_in.rstrip("/")):
        raise ValueError(f"{url!r} does not end in {ends_in}")
    return url.rstrip("/") + ("/" if ends_in.endswith("/") else "") if ends_in else url


def _token(token: SecretStr, prefix: str) -> SecretStr:
    if token.get_secret_value() and not token.get_secret_value().startswith(prefix):
        raise ValueError(f"this is not the right kind of token: it begins with {prefix}")
    return token

"""The settings: read once, from the environment and a `.env` file, and checked as a whole."""

from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import BadSettings
from storage import database

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
    slack_api_url: str = named("SLACK_API_URL", SLACK_API_URL, "Where Slack's Web API is; ends in /api/.")

    discord_token: SecretStr = named("DISCORD_TOKEN", NOTHING, "The Discord application's bot token.")
    discord_api_url: str = named("DISCORD_API_URL", DISCORD_API_URL, "Where Discord's REST API is; ends in /api/v10.")
    discord_gateway_url: str = named("DISCORD_GATEWAY_URL", DISCORD_GATEWAY_URL, "Where Discord's gateway is.")

    openai_api_key: SecretStr = named("OPENAI_API_KEY", NOTHING, "The model provider's key; a local server needs none.")
    openai_base_url: str = named(
        "OPENAI_BASE_URL", OPENAI_BASE_URL, "Any OpenAI-compatible chat completions API; ends in /v1 as a rule."
    )
    openai_model: str = named("OPENAI_MODEL", "", "The model's name, as the provider spells it.")

    database_url: str = named("DATABASE_URL", "sqlite:///parley.db", "The database: a SQLite file.")
    port: int | None = named("PORT", None, "Serve /healthz and /readyz on this port.", ge=0, le=65535)

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
    first_token_s: float = named(
        "PARLEY_FIRST_TOKEN_S", 60.0, "How many seconds the model may take to begin its answer.", gt=0
    )
    idle_s: float = named("PARLEY_IDLE_S", 60.0, "How many seconds the model may pause within its answer.", gt=0)
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

    @property
    def has_slack(self) -> bool:
        return bool(self.slack_bot_token.get_secret_value() or self.slack_app_token.get_secret_value())

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
        if not settings.slack_bot_token.get_secret_value():
            problems.append("SLACK_BOT_TOKEN is missing: it is on the app's page 'OAuth & Permissions'.")
        if not settings.slack_app_token.get_secret_value():
            problems.append("SLACK_APP_TOKEN is missing: make an app-level token with the scope connections:write.")
    if "discord" in platforms and not settings.has_discord:
        problems.append("DISCORD_TOKEN is missing: it is on the application's page 'Bot'.")
    if not settings.openai_model:
        problems.append("OPENAI_MODEL is missing: name the model that answers, as its provider spells it.")
    if settings.openai_base_url == OPENAI_BASE_URL and not settings.openai_api_key.get_secret_value():
        problems.append("OPENAI_API_KEY is missing: OpenAI's API needs one (or set OPENAI_BASE_URL to another API).")
    return tuple(problems)


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

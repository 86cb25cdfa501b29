"""The settings: read once, from the environment and a `.env` file, and checked as a whole."""

from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict

from core.errors import BadSettings
from core.settings.discord import DiscordSettings
from core.settings.fields import NOTHING
from core.settings.model import ModelSettings
from core.settings.operating import OperatingSettings
from core.settings.slack import SlackSettings
from core.settings.tools import ToolSettings


class Settings(OperatingSettings, ToolSettings, ModelSettings, DiscordSettings, SlackSettings):
    """Everything that can be set; the description of each field is its documentation."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )


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
    except UnicodeDecodeError as error:
        settings, problems = read(None, **overrides)
        return settings, (f"{env_file} is not text in UTF-8 (byte {error.start})", *problems)
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
    if settings.context_tokens is not None and settings.answer_tokens >= settings.context_tokens:
        return ("PARLEY_ANSWER_TOKENS must be smaller than PARLEY_CONTEXT_TOKENS",)
    return ()


def _problem(detail: Any) -> str:
    name = ".".join(str(part) for part in detail["loc"])
    message = str(detail["msg"]).removeprefix("Value error, ")
    return f"{name}: {message}" if name else message

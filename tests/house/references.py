"""Writes `.env.example` and `docs/settings.md` from the settings class: `python -m tests.house.references`."""

from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from core.settings import variables
from core.settings.discord import DiscordSettings
from core.settings.model import ModelSettings
from core.settings.operating import OperatingSettings
from core.settings.slack import SlackSettings
from core.settings.tools import ToolSettings

ROOT = Path(__file__).parents[2]
ENV_EXAMPLE = ROOT / ".env.example"
SETTINGS_PAGE = ROOT / "docs/settings.md"

GROUPS: dict[str, type[BaseSettings]] = {
    "Slack": SlackSettings,
    "Discord": DiscordSettings,
    "The model": ModelSettings,
    "Tools": ToolSettings,
    "Parley itself": OperatingSettings,
}
ENV_HEAD = "# Copy this file to .env and fill it in. An empty value counts as not set; what is shown is the default.\n"
PAGE_HEAD = """\
# Settings

Parley reads its settings from the environment and from a file `.env` in the working directory; the environment comes
first. An empty value counts as not set. Wrong, missing and contradictory settings are all listed at once, and nothing
is started. `parley doctor` checks what each of them leads to.

`.env.example` has the same list, to be copied. Both are written from the code by `python -m tests.house.references`,
and a test compares them.
"""


def env_example() -> str:
    parts = [ENV_HEAD]
    for title, fields in grouped().items():
        lines = [f"# {field.description}\n{variable}={default(field)}" for variable, field in fields.items()]
        parts.append(f"# --- {title} ---\n\n" + "\n\n".join(lines) + "\n")
    return "\n".join(parts)


def settings_page() -> str:
    parts = [PAGE_HEAD]
    for title, fields in grouped().items():
        rows = [
            f"| `{variable}` | {_code(default(field))} | {field.description}{_limits(field)} |\n"
            for variable, field in fields.items()
        ]
        parts.append(f"## {title}\n\n| Variable | Default | What it is |\n|---|---|---|\n" + "".join(rows))
    return "\n".join(parts)


def grouped() -> dict[str, dict[str, FieldInfo]]:
    """Every variable with its field, below the title of its group."""
    names = variables()
    return {title: {names[name]: field for name, field in part.model_fields.items()} for title, part in GROUPS.items()}


def default(field: FieldInfo) -> str:
    value: Any = field.default
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return "" if value is None else str(value)


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _limits(field: FieldInfo) -> str:
    words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    said = [f"{word} {getattr(one, key)}" for one in field.metadata for key, word in words.items() if hasattr(one, key)]
    return f" ({', '.join(said)})" if said else ""


if __name__ == "__main__":
    ENV_EXAMPLE.write_text(env_example(), encoding="utf-8")
    SETTINGS_PAGE.write_text(settings_page(), encoding="utf-8")

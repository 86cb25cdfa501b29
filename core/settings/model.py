"""What is set about the model, and about what it is given."""

from pathlib import Path
from typing import Literal

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings

from core import catalogue, prices, templates
from core.endpoints import EndpointKind
from core.settings import fields
from core.settings.fields import NOTHING, named

OPENAI_BASE_URL = "https://api.openai.com/v1"
KINDS = tuple(kind.value for kind in EndpointKind)


class ModelSettings(BaseSettings):
    """The model's endpoint, and what a request holds."""

    openai_api_key: SecretStr = named("OPENAI_API_KEY", NOTHING, "The model provider's key; a local server needs none.")
    openai_base_url: str = named(
        "OPENAI_BASE_URL", OPENAI_BASE_URL, "Any OpenAI-compatible chat completions API; ends in /v1 as a rule."
    )
    openai_model: str = named("OPENAI_MODEL", "", "The model's name, as the provider spells it.")
    openai_kind: Literal["", *KINDS] = named(  # type: ignore[valid-type]
        "PARLEY_OPENAI_KIND", "", f"Whose API it is: {', '.join(KINDS)}; told from its address if empty."
    )
    endpoints: str = named(
        "PARLEY_ENDPOINTS", "", "A TOML file with further endpoints beside OPENAI_BASE_URL; see docs/models.md."
    )
    models: str = named(
        "PARLEY_MODELS",
        "",
        "The models that people may choose, with commas; OPENAI_MODEL and those of the file if empty.",
    )
    fallback_model: str = named(
        "PARLEY_FALLBACK_MODEL", "", "The model that answers when another one fails before people have seen any text."
    )
    prices: str = named(
        "PARLEY_PRICES", "", "A TOML file with your own prices of models, before those published; see docs/usage.md."
    )
    own_endpoints: Literal["off", "public", "any"] = named(
        "PARLEY_OWN_ENDPOINTS",
        "public",
        "Where a workspace may bring its own endpoint: off, in public networks, or any.",
    )
    most_tokens: int | None = named(
        "PARLEY_MOST_TOKENS",
        None,
        "The most tokens of an answer, reasoning included; the provider's own if empty.",
        ge=1,
    )
    house_rules: str = named(
        "PARLEY_HOUSE_RULES", "", "A prompt that comes before every workspace's own; it may use templates."
    )
    history_messages: int = named(
        "PARLEY_HISTORY_MESSAGES", 200, "How many of a thread's newest messages the model is given at most.", ge=1
    )
    context_tokens: int | None = named(
        "PARLEY_CONTEXT_TOKENS",
        None,
        "The models' window in tokens; if empty, what is known of each, and 100,000 at most.",
        ge=500,
    )
    encoding: str = named(
        "PARLEY_ENCODING",
        "",
        "The tiktoken encoding of OPENAI_MODEL, such as o200k_base, where its name does not tell; none: its tokens are "
        "estimated, as they are wherever a vocabulary is not on this machine.",
    )
    tiktoken_cache_dir: str = named(
        "TIKTOKEN_CACHE_DIR",
        "",
        "Where tiktoken keeps vocabularies; Parley reads what is there and fetches none. data-gym-cache in the folder "
        "for temporary files, if empty.",
    )
    summaries: Literal["off", "on"] = named(
        "PARLEY_SUMMARIES",
        "off",
        "Whether a summary takes the place of older messages that have no room: on or off, where a workspace has not "
        "said so for itself.",
    )
    answer_tokens: int = named(
        "PARLEY_ANSWER_TOKENS", 4_096, "How many tokens of the window are kept free for the answer.", ge=1
    )
    first_token_s: float = named(
        "PARLEY_FIRST_TOKEN_S", 60.0, "How many seconds the model may take to begin its answer.", gt=0
    )
    idle_s: float = named("PARLEY_IDLE_S", 60.0, "How many seconds the model may pause within its answer.", gt=0)
    total_s: float = named(
        "PARLEY_TOTAL_S", 600.0, "How many seconds a whole answer may take, all tries included.", gt=0
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

    @field_validator("house_rules")
    @classmethod
    def _templates(cls, text: str) -> str:
        found = templates.problems(text, "house_rules")
        if found:
            raise ValueError(found[0].sentence)
        return text

    @field_validator("endpoints")
    @classmethod
    def _endpoints(cls, path: str) -> str:
        if path:
            catalogue.read(Path(path))
        return path

    @field_validator("prices")
    @classmethod
    def _prices(cls, path: str) -> str:
        if path:
            prices.read(Path(path))
        return path

    @field_validator("openai_api_key")
    @classmethod
    def _key(cls, key: SecretStr) -> SecretStr:
        return fields.header(key)

    @field_validator("openai_base_url")
    @classmethod
    def _openai(cls, url: str) -> str:
        if url.rstrip("/").endswith("/chat/completions"):
            raise ValueError("leave out /chat/completions: the address ends before it, in /v1 as a rule")
        return fields.address(url, ("http", "https"))

"""What is set about Discord."""

from typing import Literal

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings

from core import shards
from core.settings import fields
from core.settings.fields import NOTHING, named

DISCORD_API_URL = "https://discord.com/api/v10"
DISCORD_GATEWAY_URL = "wss://gateway.discord.gg/"


class DiscordSettings(BaseSettings):
    """The application on Discord, and where Discord is."""

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

    discord_requests_per_second: int = named(
        "PARLEY_DISCORD_REQUESTS_PER_SECOND",
        50,
        "How many requests Discord allows the bot each second; more only where Discord has said so, 0 not to count.",
        ge=0,
    )

    @field_validator("discord_api_url")
    @classmethod
    def _discord_api(cls, url: str) -> str:
        return fields.address(url, ("http", "https"), ends_in="/api/v10")

    @field_validator("discord_gateway_url")
    @classmethod
    def _gateway(cls, url: str) -> str:
        return fields.address(url, ("ws", "wss"))

    @field_validator("discord_shards")
    @classmethod
    def _shards(cls, text: str) -> str:
        if text:
            shards.parse(text)
        return text

    @property
    def has_discord(self) -> bool:
        return bool(self.discord_token.get_secret_value())

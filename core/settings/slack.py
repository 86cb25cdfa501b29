"""What is set about Slack."""

from typing import Literal

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings

from core.settings import fields
from core.settings.fields import NOTHING, named

SLACK_API_URL = "https://slack.com/api/"


class SlackSettings(BaseSettings):
    """The app on Slack, and where Slack is."""

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
    slack_updates_per_minute: int = named(
        "PARLEY_SLACK_UPDATES_PER_MINUTE",
        50,
        "How many edits Slack allows Parley in a workspace each minute; more only where Slack has said so.",
        ge=2,
    )
    slack_posts_per_minute: int = named(
        "PARLEY_SLACK_POSTS_PER_MINUTE",
        300,
        "How many posts Slack allows Parley in a workspace each minute; more only where Slack has said so.",
        ge=2,
    )

    @field_validator("slack_api_url")
    @classmethod
    def _slack_api(cls, url: str) -> str:
        return fields.address(url, ("http", "https"), ends_in="/api/")

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, token: SecretStr) -> SecretStr:
        return fields.token_of_kind(token, "xoxb-")

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, token: SecretStr) -> SecretStr:
        return fields.token_of_kind(token, "xapp-")

    @property
    def has_slack(self) -> bool:
        secrets = (self.slack_bot_token, self.slack_app_token, self.slack_signing_secret, self.slack_client_secret)
        return bool(self.slack_client_id or any(secret.get_secret_value() for secret in secrets))

    @property
    def has_many_slack_workspaces(self) -> bool:
        return bool(self.slack_client_id or self.slack_client_secret.get_secret_value())

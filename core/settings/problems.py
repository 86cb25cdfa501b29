"""What keeps platforms from being served, though each setting by itself is well."""

from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec

from core.settings import Settings
from core.settings.model import OPENAI_BASE_URL

TRACES = "opentelemetry-exporter-otlp-proto-http"


def serving_problems(settings: Settings, platforms: frozenset[str], *, listens: bool = True) -> tuple[str, ...]:
    """What keeps these platforms (all that are set up, when none is named) from being served, a line each.

    A worker, which does not listen, needs less.
    """
    problems = []
    if not platforms and not settings.has_slack and not settings.has_discord:
        problems.append("Nothing to serve: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or DISCORD_TOKEN, or both.")
    if "slack" in platforms or (not platforms and settings.has_slack):
        problems += _slack_problems(settings, listens=listens)
    if "discord" in platforms and not settings.has_discord:
        problems.append("DISCORD_TOKEN is missing: it is on the application's page 'Bot'.")
    if listens and settings.admin_token.get_secret_value() and settings.port is None:
        problems.append("PORT is missing: with PARLEY_ADMIN_TOKEN set, the admin page is served there.")
    if settings.mcp and find_spec("mcp") is None:
        problems.append("PARLEY_MCP needs the library for MCP servers: pip install 'parley[tools]'.")
    if settings.traces == "on" and not _is_installed(TRACES):
        problems.append("PARLEY_TRACES needs the libraries for traces: pip install 'parley[traces]'.")
    if not settings.openai_model:
        problems.append("OPENAI_MODEL is missing: name the model that answers, as its provider spells it.")
    if settings.openai_base_url == OPENAI_BASE_URL and not settings.openai_api_key.get_secret_value():
        problems.append("OPENAI_API_KEY is missing: OpenAI's API needs one (or set OPENAI_BASE_URL to another API).")
    return tuple(problems)


def _is_installed(name: str) -> bool:
    try:
        return distribution(name) is not None
    except PackageNotFoundError:
        return False


def _slack_problems(settings: Settings, *, listens: bool) -> list[str]:
    """What is missing or contradictory between Slack's settings."""
    over_http = bool(settings.slack_signing_secret.get_secret_value())
    problems = []
    if settings.has_many_slack_workspaces:
        problems += _slack_oauth_problems(settings)
    elif not settings.slack_bot_token.get_secret_value():
        problems.append("SLACK_BOT_TOKEN is missing: it is on the app's page 'OAuth & Permissions'.")
    if not listens:
        return problems
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

"""What `parley doctor` finds out about a Slack app: its tokens, its scopes and its way into Socket Mode."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bots.findings import Finding, Grade
from bots.slack import web
from bots.slack.rotation import access
from bots.slack.scopes import NEEDED, USEFUL
from core.errors import Kind, PlatformTrouble
from core.settings import Settings

REINSTALL = "add it on the app's page 'OAuth & Permissions' and install the app again"
ADVICE = {
    Kind.DENIED: "copy the token anew from the app's page",
    Kind.LIMITED: "too many calls: wait a minute",
    Kind.TRANSIENT: "Slack could not be reached: check SLACK_API_URL, the network and any proxy",
}


async def checkup(settings: Settings) -> list[Finding]:
    """Every finding about the Slack app that the settings name."""
    async with web.session() as connections:
        client = web.client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, connections)
        bot = await _bot(client) if settings.slack_bot_token.get_secret_value() else []
        if settings.has_many_slack_workspaces:
            bot += [await _credentials(web.client(None, settings.slack_api_url, connections), settings)]
        app_token = settings.slack_app_token.get_secret_value()
        return bot + ([await _socket(client, app_token)] if app_token else [])


async def _credentials(client: AsyncWebClient, settings: Settings) -> Finding:
    """A code that Slack never gave out is refused as such only when the app's id and secret are right."""
    id_and_secret = (settings.slack_client_id, settings.slack_client_secret.get_secret_value())
    try:
        await access(client, id_and_secret, {"code": "parley-doctor"})
    except PlatformTrouble as trouble:
        if trouble.code != "invalid_code":
            return _fault("SLACK_CLIENT_ID or SLACK_CLIENT_SECRET", trouble)
    return Finding(Grade.OK, "slack", "the client id and secret are right: /slack/install installs Parley")


async def _bot(client: AsyncWebClient) -> list[Finding]:
    try:
        answer = await web.call(client.auth_test())
    except PlatformTrouble as trouble:
        return [_fault("SLACK_BOT_TOKEN", trouble)]
    who = f"the bot token is {answer['user']}'s in {answer['team']!r} ({answer['team_id']})"
    return [Finding(Grade.OK, "slack", who), *scope_findings(answer.headers)]


def scope_findings(headers: Any) -> list[Finding]:
    """What is missing from the scopes that Slack grants, as it says in every answer's `x-oauth-scopes`."""
    listed = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), None)
    if listed is None:
        return [Finding(Grade.WARN, "slack", "Slack did not say which scopes are granted: compare with docs/slack.md")]
    granted = {scope.strip() for scope in listed.split(",")}
    missing = [Finding(Grade.FAIL, "slack", _lacking(s, NEEDED[s])) for s in NEEDED if s not in granted]
    lacking = [Finding(Grade.WARN, "slack", _lacking(s, USEFUL[s])) for s in USEFUL if s not in granted]
    return missing + lacking or [Finding(Grade.OK, "slack", f"all {len(NEEDED) + len(USEFUL)} scopes are granted")]


def _lacking(scope: str, loss: str) -> str:
    return f"without the scope {scope} {loss}: {REINSTALL}"


async def _socket(client: AsyncWebClient, app_token: str) -> Finding:
    try:
        await web.call(client.apps_connections_open(app_token=app_token))
    except PlatformTrouble as trouble:
        return _fault("SLACK_APP_TOKEN", trouble)
    return Finding(Grade.OK, "slack", "the app-level token opens Socket Mode")


def _fault(variable: str, trouble: PlatformTrouble) -> Finding:
    advice = ADVICE.get(trouble.kind, "see docs.slack.dev for this error")
    if trouble.code in ("invalid_client_id", "bad_client_secret"):
        advice = "copy both anew from the app's page 'Basic Information'"
    if variable == "SLACK_APP_TOKEN" and trouble.code in ("missing_scope", "no_permission"):
        advice = "make an app-level token with the scope connections:write"
    if trouble.code in ("forbidden_team", "app_not_installed", "socket_mode_disabled"):
        advice = "turn Socket Mode on, on the app's page 'Socket Mode'"
    return Finding(Grade.FAIL, "slack", f"{variable}: {advice} ({trouble.code})")

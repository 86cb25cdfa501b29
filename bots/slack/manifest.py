"""The app as Slack is told of it: docs.slack.dev/reference/app-manifest"""

import json
from typing import Any
from urllib.parse import urlencode

from bots.slack import scopes

# docs.slack.dev/reference/events: everything that Parley listens to.
EVENTS = (
    "agent_session_stopped",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "tokens_revoked",
)
# docs.slack.dev/app-manifests/configuring-apps-with-app-manifests#sharing-manifests
NEW_APP = "https://api.slack.com/apps"
DESCRIPTION = "Asks a chat model, in threads that are conversations"
AGENT = "Ask me something here, or mention me in a channel. I remember the thread that we are in."


def manifest(name: str = "Parley", url: str = "") -> dict[str, Any]:
    """The manifest of an app over Socket Mode or, with the address of Parley's HTTP server, over HTTP."""
    return {
        "display_information": {"name": name, "description": DESCRIPTION},
        "features": _features(name, url),
        "oauth_config": _oauth(url),
        "settings": _settings(url),
    }


def written(app: dict[str, Any]) -> str:
    """As it is pasted where Slack asks for it."""
    return json.dumps(app, indent=2, ensure_ascii=False) + "\n"


def link(app: dict[str, Any]) -> str:
    """The address at which Slack asks for nothing but the workspace: the manifest is filled in."""
    return f"{NEW_APP}?{urlencode({'new_app': 1, 'manifest_json': json.dumps(app, separators=(',', ':'))})}"


def _features(name: str, url: str) -> dict[str, Any]:
    command = {
        "command": "/parley",
        "description": "Personas, the prompt, and what is answered here",
        "usage_hint": "persona | prompt | model | listen | help",
        "should_escape": False,
    }
    return {
        "bot_user": {"display_name": name, "always_online": True},
        "agent_view": {"agent_description": AGENT},
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "slash_commands": [command | ({"url": f"{url}/slack/commands"} if url else {})],
        "shortcuts": [
            {
                "name": "Ask Parley about this",
                "type": "message",
                "callback_id": "ask_about",
                "description": "Puts a question about a message",
            },
            {
                "name": "Why this answer?",
                "type": "message",
                "callback_id": "why",
                "description": "Shows what an answer was made from",
            },
        ],
    }


def _oauth(url: str) -> dict[str, Any]:
    redirects = {"redirect_urls": [f"{url}/slack/oauth_redirect"]} if url else {}
    return redirects | {"scopes": {"bot": scopes.every()}}


def _settings(url: str) -> dict[str, Any]:
    events = {"request_url": f"{url}/slack/events"} if url else {}
    interactivity = {"request_url": f"{url}/slack/interactive"} if url else {}
    return {
        "event_subscriptions": events | {"bot_events": list(EVENTS)},
        "interactivity": {"is_enabled": True} | interactivity,
        "org_deploy_enabled": bool(url),
        "socket_mode_enabled": not url,
        "token_rotation_enabled": False,
    }

"""apps.connections.open: the way into Socket Mode."""

from bots.playground.slack import addresses
from bots.playground.slack.errors import SlackError
from bots.playground.slack.limits import Tier
from bots.playground.slack.messages import Json
from bots.playground.slack.web_api.calling import Call, Method, TokenKind


def apps_connections_open(call: Call) -> Json:
    """docs.slack.dev/reference/methods/apps.connections.open: an app-level token buys an address that works once.

    Only a POST does (`insecure_request`).
    """
    if call.request.method != "POST":
        raise SlackError("insecure_request")
    return {"url": addresses.socket(call.request, call.backend.sockets.new_ticket())}


METHODS = (Method("apps.connections.open", apps_connections_open, Tier.THREE, token=TokenKind.APP),)

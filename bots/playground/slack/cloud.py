"""Several workspaces behind one Web API address, which people install an app in: each is a whole local Slack.

/api/METHOD                       the workspace is the one that the token was issued for
/oauth/v2/authorize               sends people back with a code, as the next consent says
/TEAM/control/…                   one workspace's control API
/control/consent                  POST {"team", "decision": "allow" | "deny", "organisation": {"id", "name"}?}
/control/revocations              POST {"team"}: none of the app's tokens works there any more
/control/cloud-calls              GET: every Web API call with the token that it came with
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import aiohttp
import msgspec
from aiohttp import web

from bots.playground.faults import Faults
from bots.playground.slack import control
from bots.playground.slack.errors import ControlError, SlackError
from bots.playground.slack.feed import Feed
from bots.playground.slack.grants import Grants
from bots.playground.slack.rules import Rules
from bots.playground.slack.server import MAX_BODY_BYTES, create_app
from bots.playground.slack.sockets import Sockets
from bots.playground.slack.world import SlackWorld

FORM = "application/x-www-form-urlencoded"
FORWARDED = ("Content-Type", "Authorization")


class Consent(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the next person who is asked says, and about which workspace or organisation."""

    team: str
    decision: str = "allow"
    organisation: dict[str, str] | None = None


class Revocation(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    team: str


@dataclass(slots=True)
class Cloud:
    """`redirect_url` is where people are sent back to, as in the app's settings."""

    worlds: dict[str, SlackWorld]
    grants: Grants
    redirect_url: str = ""
    consent: Consent | None = None
    calls: list[dict[str, Any]] = field(default_factory=list)

    async def authorize(self, request: web.Request) -> web.Response:
        """docs.slack.dev/authentication/installing-with-oauth#asking"""
        if request.query.get("client_id") != self.grants.client_id or self.consent is None:
            return web.Response(status=400, text="invalid client_id, or nobody has decided")
        given = {"state": request.query.get("state", "")}
        if self.consent.decision == "allow":
            world = self.worlds[self.consent.team]
            given["code"] = self.grants.new_code(world, self.consent.organisation)
        else:
            given["error"] = "access_denied"
        return web.Response(status=302, headers={"Location": f"{self.redirect_url}?{urlencode(given)}"})

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One Web API call, passed on to the workspace that its token is of."""
        if request.match_info["method"] == "oauth.v2.access":
            return await self._installed(request)
        body = await request.read()
        text = body.decode(errors="replace")
        form = dict(parse_qsl(text)) if request.content_type == FORM else {}
        token = request.headers.get("Authorization", "").partition(" ")[2] or form.get("token", "")
        self._note(request, token, text)
        try:
            world = self._of(token)
        except SlackError as refusal:
            return control.answered({"ok": False, "error": refusal.code})
        own_token = token if token == world.app_token else world.bot_token
        return await self._passed_on(request, world, body, own_token)

    async def _installed(self, request: web.Request) -> web.Response:
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        self._note(request, given, urlencode(form))
        try:
            return control.answered(self._access(given if scheme == "Basic" else "", dict(request.query) | form))
        except SlackError as refusal:
            return control.answered({"ok": False, "error": refusal.code})

    def _note(self, request: web.Request, token: str, body: str) -> None:
        query = dict(request.query)
        self.calls.append({"method": request.match_info["method"], "token": token, "query": query, "body": body})

    def _of(self, token: str) -> SlackWorld:
        """The workspace that a token was issued for; the app's own opens the one way in for all of them."""
        first = next(iter(self.worlds.values()))
        return first if token == first.app_token else self.grants.world_of(token)

    def _access(self, credentials: str, args: dict[str, str]) -> dict[str, Any]:
        """docs.slack.dev/reference/methods/oauth.v2.access: the app names itself by Basic auth, or in arguments."""
        if not credentials:
            return self.grants.access(args.get("client_id", ""), args.get("client_secret", ""), args)
        try:
            client_id, _, secret = base64.b64decode(credentials).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise SlackError("invalid_client_id") from None
        return self.grants.access(client_id, secret, args)

    async def _passed_on(self, request: web.Request, world: SlackWorld, body: bytes, token: str) -> web.Response:
        headers = {name: request.headers[name] for name in FORWARDED if name in request.headers}
        headers["Authorization"] = f"Bearer {token}"
        address = request.url.with_path(f"/{world.team.id}{request.path}").with_query(request.query)
        async with (
            aiohttp.ClientSession() as connections,
            connections.request(request.method, address, data=body, headers=headers) as answer,
        ):
            kept = {name: value for name, value in answer.headers.items() if name in ("Retry-After", "X-OAuth-Scopes")}
            content = await answer.read()
            return web.Response(body=content, status=answer.status, headers=kept, content_type=answer.content_type)

    async def decide(self, request: web.Request) -> web.Response:
        self.consent = await control.read(request, Consent)
        self._world(self.consent.team)
        return control.answered({})

    async def revoke(self, request: web.Request) -> web.Response:
        self.grants.revoke(self._world((await control.read(request, Revocation)).team))
        return control.answered({})

    async def tell_calls(self, request: web.Request) -> web.Response:
        return control.answered(self.calls)

    def _world(self, team_id: str) -> SlackWorld:
        if team_id not in self.worlds:
            raise ControlError(f"no team {team_id!r}", 404)
        return self.worlds[team_id]


def create_cloud(
    worlds: Iterable[SlackWorld], grants: Grants, rules: Rules | None = None
) -> tuple[web.Application, Cloud]:
    """The application, and what it is run by."""
    cloud = Cloud({world.team.id: world for world in worlds}, grants)
    app = web.Application(middlewares=[control.guarded], client_max_size=MAX_BODY_BYTES)
    app.add_routes(
        [
            web.get("/oauth/v2/authorize", cloud.authorize),
            web.get("/api/{method}", cloud.call),
            web.post("/api/{method}", cloud.call),
            web.post("/control/consent", cloud.decide),
            web.post("/control/revocations", cloud.revoke),
            web.get("/control/cloud-calls", cloud.tell_calls),
        ]
    )
    common = rules or Rules()
    app_id = next(iter(cloud.worlds.values())).me.app_id or ""
    sockets = Sockets(app_id, lambda: common, Feed(), Faults())
    for world in cloud.worlds.values():
        its_rules = msgspec.convert(msgspec.to_builtins(common), Rules)
        app.add_subapp(f"/{world.team.id}", create_app(world, its_rules, sockets))
    return app, cloud

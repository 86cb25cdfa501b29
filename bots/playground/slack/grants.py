"""What an app was granted in which workspace: codes, tokens and refresh tokens, without any I/O.

docs.slack.dev/reference/methods/oauth.v2.access, docs.slack.dev/authentication/using-token-rotation
"""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bots.playground.slack.errors import SlackError
from bots.playground.slack.world import SlackWorld

Json = dict[str, Any]


@dataclass(slots=True)
class Grant:
    """One installation; `organisation` is set for one that is an organisation's."""

    world: SlackWorld
    organisation: Json | None = None
    refresh_token: str = ""


@dataclass(slots=True)
class Grants:
    """`lifetime_s` is 0 for tokens that do not expire."""

    client_id: str
    client_secret: str
    scopes: tuple[str, ...]
    lifetime_s: int = 0
    tokens: dict[str, SlackWorld] = field(default_factory=dict)
    _expiries: dict[str, float] = field(default_factory=dict)
    _removed: set[str] = field(default_factory=set)
    _codes: dict[str, Grant] = field(default_factory=dict)
    _live: dict[str, Grant] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _numbers: Any = field(default_factory=lambda: count(1))

    def new_code(self, world: SlackWorld, organisation: Json | None) -> str:
        """The code that somebody who allowed the app is sent back with; it works once."""
        code = f"code-{world.team.id}-{next(self._numbers)}"
        self._codes[code] = Grant(world, organisation)
        return code

    def access(self, client_id: str, client_secret: str, args: Json) -> Json:
        """`oauth.v2.access`. Raises SlackError."""
        if client_id != self.client_id:
            raise SlackError("invalid_client_id")
        if client_secret != self.client_secret:
            raise SlackError("bad_client_secret")
        if args.get("grant_type") == "refresh_token":
            return self._issued(self._taken(self._live, str(args.get("refresh_token")), "invalid_refresh_token"))
        return self._issued(self._taken(self._codes, str(args.get("code")), "invalid_code"))

    def world_of(self, token: str) -> SlackWorld:
        """The workspace that a token was issued for.

        docs.slack.dev/reference/methods/auth.test#errors: raises `not_authed`, `account_inactive` for one of an app
        that was removed, `invalid_auth` for any other that is not known, and `token_expired`.
        """
        if not token:
            raise SlackError("not_authed")
        if token in self._removed:
            raise SlackError("account_inactive")
        if token not in self.tokens:
            raise SlackError("invalid_auth")
        world = self.tokens[token]
        if world.clock() >= self._expiries.get(token, float("inf")):
            raise SlackError("token_expired")
        return world

    def revoke(self, world: SlackWorld) -> None:
        """The app was removed from a workspace: none of its tokens works there any more."""
        self._removed.update(token for token, its in self.tokens.items() if its is world)
        self.tokens = {token: its for token, its in self.tokens.items() if its is not world}
        self._live = {token: grant for token, grant in self._live.items() if grant.world is not world}

    def _taken(self, kept: dict[str, Grant], key: str, refusal: str) -> Grant:
        if key in self._used:
            raise SlackError("code_already_used" if refusal == "invalid_code" else refusal)
        if key not in kept:
            raise SlackError(refusal)
        self._used.add(key)
        return kept.pop(key)

    def _issued(self, grant: Grant) -> Json:
        world, number = grant.world, next(self._numbers)
        token = f"xoxe.xoxb-{world.team.id}-{number}" if self.lifetime_s else f"xoxb-{world.team.id}-{number}"
        self.tokens[token] = world
        answer: Json = {
            "ok": True,
            "access_token": token,
            "token_type": "bot",
            "scope": ",".join(self.scopes),
            "bot_user_id": world.me.id,
            "app_id": world.me.app_id,
            "team": None if grant.organisation else {"id": world.team.id, "name": world.team.name},
            "enterprise": grant.organisation,
            "is_enterprise_install": grant.organisation is not None,
            "authed_user": {"id": next(iter(user.id for user in world.users.values() if not user.is_bot))},
        }
        if not self.lifetime_s:
            return answer
        self._expiries[token] = world.clock() + self.lifetime_s
        grant.refresh_token = f"xoxe-1-{world.team.id}-{number}"
        self._live[grant.refresh_token] = grant
        return answer | {"refresh_token": grant.refresh_token, "expires_in": self.lifetime_s}

"""Parley in every workspace that installed it: whom it is there, and with which token it speaks."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bots.slack.events import Self
from bots.slack.limits import LimitedClient
from bots.slack.names import Names
from bots.slack.rotation import Rotation
from bots.slack.workspaces import Presence
from core.errors import BadSettings, Kind, PlatformTrouble
from core.moments import Now, utc_now
from core.newest import Newest
from storage import installations
from storage.database import Database
from storage.encrypted import Unreadable, Vault
from storage.installations import Installed

log = structlog.get_logger()

# How long another process may take to notice an installation, or that it is gone.
KEEP = timedelta(seconds=60)
# How many workspaces are remembered between two events, and how many names of each.
MOST, MOST_NAMES = 2_000, 1_000


class InstalledClient(LimitedClient):
    """Asks before each call which token to use, so that one which was refreshed or deleted is used no more."""

    def __init__(self, team_id: str, token_of_now: Callable[[], Awaitable[str]], template: LimitedClient) -> None:
        super().__init__(None, template.limits, team_id, base_url=template.base_url, session=template.session)
        self.proxy = template.proxy
        self._token_of_now = token_of_now

    async def api_call(self, api_method: str, **how: Any) -> AsyncSlackResponse:
        self.token = await self._token_of_now()
        return await super().api_call(api_method, **how)


@dataclass(frozen=True, slots=True)
class Known:
    installed: Installed
    presence: Presence
    until: datetime


class Installations:
    """`template` is a client without a token, which the workspaces' clients share their connections with."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        template: LimitedClient,
        id_and_secret: tuple[str, str],
        now: Now = utc_now,
        most: int = MOST,
    ) -> None:
        self._database = database
        self._vault = vault
        self._template = template
        self._rotation = Rotation(database, vault, template, id_and_secret, now)
        self._now = now
        self._clients: Newest[str, tuple[LimitedClient, Names]] = Newest(most)
        self._known: Newest[str, Known] = Newest(most)

    async def identify(self) -> None:
        """See that every kept token can be read. Raises BadSettings."""
        try:
            count = await self._database.run(installations.check, self._vault)
        except Unreadable as error:
            raise BadSettings((f"PARLEY_ENCRYPTION_KEYS cannot be right. {error}",)) from error
        log.info("slack.installations", count=count)

    async def presence(self, team_id: str, organisation_id: str = "") -> Presence | None:
        known = await self._find(team_id, organisation_id)
        return None if known is None else known.presence

    def client_of(self, team_id: str) -> LimitedClient:
        return self._speaking(team_id)[0]

    async def leave(self, platform_id: str, at: datetime) -> list[str]:
        served = await self._database.run(installations.served_by, platform_id)
        is_gone = await self._database.run(installations.remove, platform_id, at)
        self._known.clear()
        log.info("slack.removed", workspace=platform_id, installed_again=not is_gone)
        return served if is_gone else []

    async def keep(self, installed: Installed) -> None:
        """Parley was installed, or installed again."""
        await self._database.run(installations.keep, self._vault, installed)
        self._known.clear()
        log.info("slack.installed", workspace=installed.platform_id, name=installed.name)

    async def _find(self, team_id: str, organisation_id: str = "") -> Known | None:
        key = team_id or organisation_id
        known = self._known.get(key)
        if known is not None and known.until > self._now():
            return known
        installed = await self._database.run(installations.find, self._vault, team_id, organisation_id)
        if installed is None:
            self._known.pop(key, None)
            return None
        return self._learn(key, installed)

    def _learn(self, team_id: str, installed: Installed) -> Known:
        client, names = self._speaking(team_id)
        client.token = installed.tokens.token
        name = installed.name if installed.platform_id == team_id else ""
        own = Self(team_id=team_id, team_name=name, user_id=installed.bot_user_id, bot_id=installed.bot_id)
        known = Known(installed, Presence(own, client, names), self._now() + KEEP)
        self._known[team_id] = known
        return known

    def _speaking(self, team_id: str) -> tuple[LimitedClient, Names]:
        speaking = self._clients.get(team_id)
        if speaking is None:
            client = InstalledClient(team_id, lambda: self._token(team_id), self._template)
            speaking = (client, Names(client, most=MOST_NAMES))
        self._clients[team_id] = speaking
        return speaking

    async def _token(self, team_id: str) -> str:
        known = await self._find(team_id)
        if known is None:
            raise PlatformTrouble(Kind.DENIED, "not_installed")
        fresh = await self._rotation.current(known.installed)
        if fresh is not known.installed:
            self._learn(team_id, fresh)
        return fresh.tokens.token

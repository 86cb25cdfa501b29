"""Whom and what people name behind a command: by a mention, by an id, or as they read it: `@ann`, `#general`.

Slack hands commands on as they were typed, since escaping (docs.slack.dev/interactivity/implementing-slash-commands) is
off in the manifest, as prompts are typed there, too. So names are looked for when they are used.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import web
from bots.slack.groups import Groups
from storage.access import CHANNEL, PERSON, ROLE
from storage.problems import NotPossible

# docs.slack.dev/messaging/formatting-message-text: how mentions are written where they are escaped.
MENTIONS = {
    PERSON: re.compile(r"<@([UW][A-Z0-9]+)(?:\|([^>]*))?>"),
    CHANNEL: re.compile(r"<#([CGD][A-Z0-9]+)(?:\|([^>]*))?>"),
    ROLE: re.compile(r"<!subteam\^(S[A-Z0-9]+)(?:\|([^>]*))?>"),
}
IDS = {
    PERSON: re.compile(r"[UW][A-Z0-9]{6,}"),
    CHANNEL: re.compile(r"[CGD][A-Z0-9]{6,}"),
    ROLE: re.compile(r"S[A-Z0-9]{6,}"),
}
SIGNS = {PERSON: "@", CHANNEL: "#", ROLE: "@"}
CALLED = {PERSON: "person", CHANNEL: "channel", ROLE: "user group"}
# docs.slack.dev/reference/methods/users.list recommends pages of at most 200.
PAGE = 200
PAGES = 25
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Named:
    """An id with what people call it, as far as that is known; `aka` is what it is called beside that."""

    id: str
    name: str = ""
    aka: tuple[str, ...] = ()


class Naming:
    def __init__(self, client_of: Callable[[str], AsyncWebClient], groups: Groups) -> None:
        self._client_of = client_of
        self._groups = groups

    async def find(self, kind: str, team_id: str, said: str) -> Named:
        """The one channel, role (a user group) or person that is meant. Raises NotPossible, PlatformTrouble."""
        said = said.strip().strip('"“”').strip()
        if mentioned := MENTIONS[kind].fullmatch(said):
            name = mentioned[2] or ""
            return Named(mentioned[1], f"#{name}" if name and kind == CHANNEL else name)
        if IDS[kind].fullmatch(said):
            return Named(said)
        wanted = said.removeprefix(SIGNS[kind]).casefold()
        found = [one async for one in self._all(kind, team_id) if wanted in (each.casefold() for each in one.aka)]
        if len(found) != 1 or not wanted:
            raise NotPossible(_unclear(kind, said, found))
        return found[0]

    async def _all(self, kind: str, team_id: str) -> AsyncIterator[Named]:
        client = self._client_of(team_id)
        if kind == ROLE:
            for group in await self._groups.listed(team_id):
                yield Named(group.id, group.name, (group.name.removeprefix("@"),))
        elif kind == CHANNEL:
            types = "public_channel,private_channel"
            async for one in _pages(lambda cursor: _channels(client, types, cursor), "channels"):
                name = str(one.get("name") or "")
                yield Named(str(one.get("id")), f"#{name}", (name,))
        else:
            async for one in _pages(lambda cursor: client.users_list(limit=PAGE, cursor=cursor), "members"):
                if not one.get("deleted") and not one.get("is_bot"):
                    yield _person(one)


def _channels(client: AsyncWebClient, types: str, cursor: str) -> Awaitable[Any]:
    return client.conversations_list(types=types, exclude_archived=True, limit=PAGE, cursor=cursor)


async def _pages(page: Callable[[str], Awaitable[Any]], what: str) -> AsyncIterator[dict[str, Any]]:
    """Everything that is listed over several pages: docs.slack.dev/apis/web-api/pagination."""
    cursor = ""
    for _ in range(PAGES):
        answer = await web.call(page(cursor))
        for one in answer.get(what) or ():
            yield one
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return


def _person(user: dict[str, Any]) -> Named:
    profile = user.get("profile") or {}
    names = (user.get("name"), profile.get("display_name"), profile.get("real_name"), user.get("real_name"))
    called = tuple(str(name) for name in names if name)
    return Named(str(user.get("id")), next(iter(called[1:] or called), ""), called)


def _unclear(kind: str, said: str, found: list[Named]) -> str:
    example = {PERSON: "@ann or U012AB3CD", CHANNEL: "#general, C012AB3CD or here", ROLE: "@support or S012AB3CD"}[kind]
    if found:
        listed = ", ".join(f"{one.id} ({one.name})" for one in found[:SHOWN])
        return f"Several are called {said!r}: name one by its id, {listed}."
    return f"I know no {CALLED[kind]} {said!r}: write {example}."

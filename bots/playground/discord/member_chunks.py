"""Members that a bot asks the gateway for (…/events/gateway-events, "Request Guild Members")."""

from typing import Any

from bots.playground.discord import payloads
from bots.playground.discord.entities import Guild, Member

CHUNK = 1_000
MOST_FOUND = 100


class Malformed(Exception):
    """The request is not one of its kind."""


def whole_guild(request: dict[str, Any]) -> bool:
    """Whether everybody is asked for, which needs the GUILD_MEMBERS intent."""
    return not request.get("user_ids") and not request.get("query")


def guild_id(request: Any) -> int:
    """The one guild that is asked about."""
    if not isinstance(request, dict) or not str(request.get("guild_id")).isdecimal():
        raise Malformed
    return int(request["guild_id"])


def chunks(guild: Guild, request: dict[str, Any]) -> list[dict[str, Any]]:
    """The events that answer: 1,000 members in each, and at most 100 in all for a prefix or for ids."""
    wanted = _ids(request.get("user_ids"))
    found = [guild.members[each] for each in wanted if each in guild.members] if wanted else _named(guild, request)
    parts = [found[start : start + CHUNK] for start in range(0, len(found), CHUNK)] or [[]]
    more = {"nonce": request["nonce"]} if request.get("nonce") else {}
    missing = [str(each) for each in wanted if each not in guild.members]
    return [
        {
            "guild_id": str(guild.id),
            "members": [payloads.member(member) for member in part],
            "chunk_index": index,
            "chunk_count": len(parts),
            "not_found": missing,
            **more,
        }
        for index, part in enumerate(parts)
    ]


def _ids(value: Any) -> list[int]:
    given = value if isinstance(value, list) else [] if value is None else [value]
    if not all(str(each).isdecimal() for each in given):
        raise Malformed
    return [int(each) for each in given[:MOST_FOUND]]


def _named(guild: Guild, request: dict[str, Any]) -> list[Member]:
    query, limit = request.get("query"), request.get("limit")
    if not isinstance(query, str) or isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
        raise Malformed
    found = [each for each in guild.members.values() if each.user.username.startswith(query.lower())]
    most = min(limit or MOST_FOUND, MOST_FOUND) if query else limit or len(found)
    return found[:most]

"""What `parley doctor` finds out about a Discord application: its token, intents, servers and the gateway."""

import asyncio
from typing import Any

import aiohttp

from bots.discord import invite
from bots.findings import Finding, Grade
from core.settings import Settings

CALL_S = 10.0
PORTAL = "discord.com/developers/applications"
# discord.com/developers/docs/resources/application#application-object-application-flags
MESSAGE_CONTENT = 1 << 18
MESSAGE_CONTENT_LIMITED = 1 << 19
# discord.com/developers/docs/resources/user, "Get Current User Guilds": at most as many in one answer.
MOST_SERVERS = 200


class Refusal(Exception):
    """Discord answered something else than 200."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


async def checkup(settings: Settings) -> list[Finding]:
    """Every finding about the Discord application that the settings name."""
    if not settings.has_discord:
        return []
    headers = {"Authorization": f"Bot {settings.discord_token.get_secret_value()}"}
    timeout = aiohttp.ClientTimeout(total=CALL_S)
    async with aiohttp.ClientSession(timeout=timeout, headers=headers) as connections:
        rest, gateway = await asyncio.gather(_rest(connections, settings), _gateway(settings))
    return [*rest, gateway]


async def _rest(connections: aiohttp.ClientSession, settings: Settings) -> list[Finding]:
    asked_for = invite.asked_for(settings)
    try:
        user = await _get(connections, f"{settings.discord_api_url}/users/@me")
        application = await _get(connections, f"{settings.discord_api_url}/applications/@me")
        gateway = await _get(connections, f"{settings.discord_api_url}/gateway/bot")
        servers = await _get(connections, f"{settings.discord_api_url}/users/@me/guilds?limit={MOST_SERVERS}")
    except Refusal as refusal:
        return [Finding(Grade.FAIL, "discord", _refused(refusal.status))]
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        text = f"Discord could not be reached ({type(error).__name__}): check DISCORD_API_URL and the network"
        return [Finding(Grade.FAIL, "discord", text)]
    return [
        Finding(Grade.OK, "discord", f"the token is {user['username']}'s ({user['id']})"),
        intent_finding(int(application.get("flags") or 0)),
        Finding(Grade.OK, "discord", f"invite it with {invite.invitation(application['id'], asked_for)}"),
        *servers_findings(servers, application.get("approximate_guild_count") or len(servers), asked_for),
        starts_finding(gateway),
    ]


async def _get(connections: aiohttp.ClientSession, url: str) -> Any:
    async with connections.get(url) as response:
        if response.status != 200:
            raise Refusal(response.status)
        return await response.json()


def _refused(status: int) -> str:
    if status == 401:
        return f"DISCORD_TOKEN: Discord refused it: reset the token on the page 'Bot' of {PORTAL}, and set the new one"
    if status == 429:
        return "too many calls: wait a minute"
    return f"Discord answered HTTP {status}: try again in a moment; check DISCORD_API_URL if it is set"


def intent_finding(flags: int) -> Finding:
    """Whether messages arrive with their text where Parley is not mentioned."""
    if flags & MESSAGE_CONTENT:
        return Finding(Grade.OK, "discord", "the Message Content intent is granted")
    if flags & MESSAGE_CONTENT_LIMITED:
        return Finding(
            Grade.OK, "discord", "the Message Content intent is granted (until the bot is large enough for a review)"
        )
    text = (
        "without the Message Content intent only mentions, replies and commands can be read: "
        f"switch it on, on the page 'Bot' of {PORTAL}"
    )
    return Finding(Grade.WARN, "discord", text)


def servers_findings(
    servers: list[dict[str, Any]], count: int, asked_for: tuple[invite.Permission, ...]
) -> list[Finding]:
    """In how many servers the bot is, and what it lacks in which; channels may take more away."""
    if not servers:
        return [Finding(Grade.WARN, "discord", "it is in no server yet: open that address and choose one")]
    lacking = [finding for server in servers if (finding := _lacking(server, asked_for))]
    looked_at = "" if count <= len(servers) else f"; {len(servers)} of them were looked at"
    text = f"it is in {count} server{'s' if count != 1 else ''}{looked_at}"
    if not lacking:
        text += ", with every permission that it needs"
    return [Finding(Grade.OK, "discord", text), *lacking]


def _lacking(server: dict[str, Any], asked_for: tuple[invite.Permission, ...]) -> Finding | None:
    absent = invite.missing(int(server.get("permissions") or 0), asked_for)
    if not absent:
        return None
    listed = ", ".join(f"{each.name} ({each.purpose})" for each in absent)
    grade = Grade.FAIL if any(each in invite.NEEDED for each in absent) else Grade.WARN
    text = f"in {server.get('name')!r} ({server.get('id')}) it lacks {listed}: allow its role that, or invite it anew"
    return Finding(grade, "discord", text)


def starts_finding(gateway: dict[str, Any]) -> Finding:
    """discord.com/developers/docs/events/gateway#session-start-limit: a token that starts too often is reset."""
    limit = gateway.get("session_start_limit") or {}
    left, total = limit.get("remaining", 0), limit.get("total", 0)
    hours = limit.get("reset_after", 0) / 3_600_000
    if left < 10:
        return Finding(Grade.WARN, "discord", f"only {left} of {total} starts are left for the next {hours:.0f} h")
    return Finding(Grade.OK, "discord", f"{left} of {total} starts of a day are left")


async def _gateway(settings: Settings) -> Finding:
    url = settings.discord_gateway_url
    try:
        async with (
            asyncio.timeout(CALL_S),
            aiohttp.ClientSession() as connections,
            connections.ws_connect(f"{url}{'&' if '?' in url else '?'}v=10&encoding=json") as socket,
        ):
            hello = await socket.receive_json()
    except (aiohttp.ClientError, TimeoutError, TypeError, ValueError) as error:
        text = f"the gateway could not be reached ({type(error).__name__}): check DISCORD_GATEWAY_URL and the network"
        return Finding(Grade.FAIL, "discord", text)
    if not isinstance(hello, dict) or hello.get("op") != 10:
        return Finding(Grade.FAIL, "discord", "what answers at DISCORD_GATEWAY_URL is not Discord's gateway")
    return Finding(Grade.OK, "discord", "the gateway answers")

"""The gateway's socket (discord.com/developers/docs/events/gateway)."""

import asyncio
import time
import zlib
from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

from bots.playground.buckets import SlidingWindow
from bots.playground.discord import member_chunks, payloads, sessions
from bots.playground.discord.sessions import HANG_UP, Connection, Session
from bots.playground.discord.state import STATE, ServerState
from bots.playground.faults import FaultKind

HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, MEMBERS = 1, 2, 3, 4, 6, 8
INVALID_SESSION, HELLO, HEARTBEAT_ACK = 9, 10, 11
# A client takes down when it sent a heartbeat after it has sent it, and discord.py believes to be a whole interval late
# when the answer is there before that: no network is as fast as this machine is with itself.
ACK_AFTER_S = 0.05


class Connections(set[Connection]):
    """The sockets that are open now."""


class GatewayClose(Exception):
    """The server closes the socket with a code (…/topics/opcodes-and-status-codes, "Gateway Close Event Codes")."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(f"gateway close {code}")


OPEN = web.AppKey("discord_open", Connections)


async def handle(request: web.Request) -> web.WebSocketResponse:
    """One connection, from HELLO until either side closes."""
    state = request.app[STATE]
    socket = web.WebSocketResponse(compress=False, max_msg_size=1 << 20)
    await socket.prepare(request)
    prefix = request.path.removesuffix("/").removesuffix("/gateway")
    connection = Connection(f"{request.scheme}://{request.host}{prefix}")
    connection.abort = request.transport.abort if request.transport else None
    request.app[OPEN].add(connection)
    talk = Conversation(state, connection)
    writer = asyncio.create_task(write(socket, connection, state, _packer(request.query.get("compress"))))
    try:
        if request.query.get("v", "10") not in ("9", "10"):
            connection.close(4012)
        connection.send(HELLO, {"heartbeat_interval": state.rules.heartbeat_interval_ms, "_trace": []})
        await _listen(socket, talk)
    finally:
        request.app[OPEN].discard(connection)
        talk.left(ended=socket.close_code in (1000, 1001) and not talk.lost)
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
    return socket


def _packer(compression: str | None) -> Callable[[bytes], bytes] | None:
    """One zlib stream for the whole connection, each payload ended by a sync flush ("Transport Compression")."""
    if compression != "zlib-stream":
        return None
    deflater = zlib.compressobj(1)
    return lambda frame: deflater.compress(frame) + deflater.flush(zlib.Z_SYNC_FLUSH)


async def write(
    socket: web.WebSocketResponse, connection: Connection, state: ServerState, pack: Callable[[bytes], bytes] | None
) -> None:
    """Send what waits in the outbox, in order, until the socket is closed; injected faults meet dispatches here."""
    while (frame := await connection.outbox.get()) != HANG_UP:
        if frame.startswith(b'{"op":0') and not await _meets_no_fault(connection, state):
            return
        try:
            await (socket.send_bytes(pack(frame)) if pack else socket.send_str(frame.decode()))
        except ConnectionError:
            return
    await socket.close(code=connection.close_code)


async def _meets_no_fault(connection: Connection, state: ServerState) -> bool:
    fault = state.faults.take("gateway")
    if fault is None:
        return True
    if fault.kind is FaultKind.SLOW:
        await asyncio.sleep(fault.delay_s)
        return True
    if connection.abort:
        connection.abort()
    return False


async def _listen(socket: web.WebSocketResponse, talk: "Conversation") -> None:
    try:
        while True:
            message = await socket.receive(timeout=talk.patience_s)
            talk.lost = message.type in (WSMsgType.CLOSED, WSMsgType.ERROR)
            if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
                return
            talk.hear(message.data)
    except GatewayClose as close:
        await socket.close(code=close.code)
    except TimeoutError:
        await socket.close(code=4009)


class Conversation:
    """What one connection says, and what it is answered."""

    def __init__(self, state: ServerState, connection: Connection) -> None:
        self._state = state
        self._connection = connection
        self._sends = SlidingWindow(state.rules.gateway_sends_per_minute, 60.0)
        self.session: Session | None = None
        self.lost = False

    @property
    def patience_s(self) -> float | None:
        """How long the server waits for a heartbeat when it closes connections that fell silent."""
        rules = self._state.rules
        return rules.heartbeat_interval_ms / 1000 * 1.5 if rules.close_zombies else None

    def hear(self, raw: str | bytes) -> None:
        """Act on one payload: at most 4,096 bytes, at most 120 in 60 s ("Sending Events", "Rate Limiting")."""
        data_bytes = raw.encode(errors="surrogatepass") if isinstance(raw, str) else raw
        if len(data_bytes) > self._state.rules.gateway_payload_bytes:
            raise GatewayClose(4002)
        if self._state.rules.rate_limits and self._sends.take(time.monotonic()):
            raise GatewayClose(4008)
        try:
            payload = msgspec.json.decode(data_bytes)
            opcode, data = payload["op"], payload.get("d")
        except (msgspec.DecodeError, UnicodeDecodeError, TypeError, KeyError, AttributeError) as error:
            raise GatewayClose(4002) from error
        self._act(opcode, data)

    def _act(self, opcode: Any, data: Any) -> None:
        if opcode == HEARTBEAT:
            asyncio.get_running_loop().call_later(ACK_AFTER_S, self._connection.send, HEARTBEAT_ACK)
        elif opcode == IDENTIFY:
            self._identify(data if isinstance(data, dict) else {})
        elif opcode == RESUME:
            self._resume(data if isinstance(data, dict) else {})
        elif opcode not in (PRESENCE, VOICE, MEMBERS):
            raise GatewayClose(4001)
        elif self.session is None:
            raise GatewayClose(4003)
        elif opcode == MEMBERS:
            self._members(self.session, data)

    def _check_token(self, data: dict[str, Any]) -> None:
        if self.session is not None:
            raise GatewayClose(4005)
        if str(data.get("token", "")).removeprefix("Bot ") != self._state.world.token:
            raise GatewayClose(4004)

    def _identify(self, data: dict[str, Any]) -> None:
        self._check_token(data)
        if not isinstance(data.get("properties"), dict):
            raise GatewayClose(4002)
        shard = _shard(data.get("shard"))
        intents = self._intents(data.get("intents"))
        if self._guild_count(shard) > self._state.rules.guilds_per_shard:
            raise GatewayClose(4011)
        if not self._state.starts.take(shard[0], time.monotonic()):
            self._connection.send(INVALID_SESSION, data=False)
            return
        self.session = self._state.sessions.open(shard, intents, self._connection)
        self._ready(self.session)
        self._state.sessions.tell()

    def _guild_count(self, shard: tuple[int, int]) -> int:
        return sum((guild_id >> 22) % shard[1] == shard[0] for guild_id in self._state.world.guilds)

    def _intents(self, value: Any) -> int:
        """4013 for intents that do not exist, 4014 for privileged ones that were not granted ("Privileged Intents")."""
        if not isinstance(value, int) or value < 0 or value & ~sessions.KNOWN_INTENTS:
            raise GatewayClose(4013)
        rules = self._state.rules
        granted = (
            (sessions.MESSAGE_CONTENT, rules.message_content),
            (sessions.GUILD_MEMBERS, rules.members),
            (sessions.PRESENCES, rules.presences),
        )
        if any(value & intent and not allowed for intent, allowed in granted):
            raise GatewayClose(4014)
        return value

    def _ready(self, session: Session) -> None:
        world = self._state.world
        guilds = [guild for guild in world.guilds.values() if session.serves(guild.id)]
        socket_url = self._connection.base_url.replace("http", "ws", 1) + "/gateway"
        body = {
            "v": 10,
            "user": {**payloads.user(world.bot), "verified": True, "mfa_enabled": False, "flags": 0, "email": None},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": socket_url,
            "shard": list(session.shard),
            "application": {"id": str(world.application_id), "flags": application_flags(self._state)},
            "session_type": "normal",
            "private_channels": [],
            "user_settings": {},
            "relationships": [],
            "presences": [],
            "guild_join_requests": [],
        }
        self._deliver(session, "READY", body)
        if session.intents & sessions.GUILDS:
            for guild in guilds:
                own = [guild.members[world.bot.id]]
                full = session.intents & sessions.PRESENCES
                members = list(guild.members.values()) if full else own
                self._deliver(session, "GUILD_CREATE", payloads.guild(guild, world.bot.id, members))

    def _deliver(self, session: Session, event: str, body: Any) -> None:
        session.deliver(event, msgspec.json.encode(body), self._state.rules.replay_limit)

    def _resume(self, data: dict[str, Any]) -> None:
        """Missed events in order, then RESUMED; op 9 false when the session is gone, 4007 for a wrong `seq`."""
        self._check_token(data)
        seq, session_id = data.get("seq"), str(data.get("session_id"))
        known = self._state.sessions.find(session_id)
        if not isinstance(seq, int) or (known and not 0 <= seq <= known.seq):
            raise GatewayClose(4007)
        session = self._state.sessions.resume(session_id, seq, self._connection)
        if session is None:
            self._connection.send(INVALID_SESSION, data=False)
            return
        self.session = session
        self._deliver(session, "RESUMED", {"_trace": []})
        self._state.sessions.tell()

    def _members(self, session: Session, data: Any) -> None:
        """Members of a guild in chunks ("Request Guild Members"); all of them only with the intent."""
        try:
            guild = self._state.world.guilds.get(member_chunks.guild_id(data))
            if guild is None:
                return
            if member_chunks.whole_guild(data) and not session.intents & sessions.GUILD_MEMBERS:
                raise GatewayClose(4014)
            bodies = member_chunks.chunks(guild, data)
        except member_chunks.Malformed as error:
            raise GatewayClose(4002) from error
        for body in bodies:
            self._deliver(session, "GUILD_MEMBERS_CHUNK", body)

    def left(self, *, ended: bool) -> None:
        """The socket is gone."""
        if self.session:
            self._state.sessions.leave(self.session, self._connection, ended=ended)


def application_flags(state: ServerState) -> int:
    """The intents that the application was granted (…/resources/application, "Application Flags")."""
    rules = state.rules
    flags = ((1 << 13, rules.presences), (1 << 15, rules.members), (1 << 19, rules.message_content))
    return sum(flag for flag, granted in flags if granted) | 1 << 23


def _shard(value: Any) -> tuple[int, int]:
    if value is None:
        return (0, 1)
    match value:
        case [int(number), int(count)] if 0 <= number < count:
            return (number, count)
    raise GatewayClose(4010)

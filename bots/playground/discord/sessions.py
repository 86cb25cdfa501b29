"""Gateway sessions and what is sent to them (discord.com/developers/docs/events/gateway)."""

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bots.playground.discord import jsons
from bots.playground.discord.rules import Rules

GUILDS = 1 << 0
GUILD_MEMBERS = 1 << 1
WEBHOOKS = 1 << 5
PRESENCES = 1 << 8
GUILD_MESSAGES, GUILD_REACTIONS, GUILD_TYPING = 1 << 9, 1 << 10, 1 << 11
DIRECT_MESSAGES, DIRECT_REACTIONS, DIRECT_TYPING = 1 << 12, 1 << 13, 1 << 14
MESSAGE_CONTENT = 1 << 15
KNOWN_INTENTS = sum(1 << bit for bit in (*range(17), 20, 21, 24, 25))
HANG_UP = b""


@dataclass(slots=True, eq=False)
class Connection:
    """One socket: frames wait in `outbox` for the task that sends them; an empty one hangs up."""

    base_url: str
    outbox: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue)
    close_code: int = 4000
    abort: Callable[[], None] | None = None

    def send(self, opcode: int, data: Any = None) -> None:
        self.outbox.put_nowait(jsons.encode({"op": opcode, "d": data, "s": None, "t": None}))

    def close(self, code: int) -> None:
        """Close after what is waiting has been sent."""
        self.close_code = code
        self.outbox.put_nowait(HANG_UP)


@dataclass(slots=True, eq=False)
class Session:
    """An identified bot; its events are kept so that a resumed connection gets what it missed."""

    id: str
    shard: tuple[int, int]
    intents: int
    base_url: str
    connection: Connection | None = None
    seq: int = 0
    sent: deque[tuple[int, bytes]] = field(default_factory=deque)
    left_at: float | None = None
    resumes: int = 0

    def serves(self, guild_id: int | None) -> bool:
        """Whether events of a guild come here: `(guild_id >> 22) % shards`, direct messages to shard 0 ("Sharding")."""
        number, count = self.shard
        return (guild_id >> 22) % count == number if guild_id else number == 0

    def deliver(self, event: str, data: bytes, keep: int) -> None:
        """Number an event, keep it for a resume and send it when somebody is connected."""
        self.seq += 1
        frame = b'{"op":0,"t":%s,"s":%d,"d":%s}' % (jsons.encode(event), self.seq, data)
        self.sent.append((self.seq, frame))
        while len(self.sent) > keep:
            self.sent.popleft()
        if self.connection:
            self.connection.outbox.put_nowait(frame)


class Sessions:
    """Every session that is connected or can still be resumed."""

    def __init__(self, rules: Rules, changed: Callable[[], None]) -> None:
        self._rules = rules
        self._changed = changed
        self._sessions: dict[str, Session] = {}

    def all(self) -> list[Session]:
        """The sessions that live; those that left too long ago are forgotten."""
        oldest = time.monotonic() - self._rules.resume_window_s
        for session in list(self._sessions.values()):
            if session.left_at is not None and session.left_at < oldest:
                del self._sessions[session.id]
        return list(self._sessions.values())

    def open(self, shard: tuple[int, int], intents: int, connection: Connection) -> Session:
        """A bot identified."""
        session = Session(secrets.token_hex(16), shard, intents, connection.base_url, connection)
        self._sessions[session.id] = session
        return session

    def find(self, session_id: str) -> Session | None:
        """A session that lives, by id."""
        return next((each for each in self.all() if each.id == session_id), None)

    def resume(self, session_id: str, seq: int, connection: Connection) -> Session | None:
        """Take a session up again and send what it missed; None when it cannot be resumed."""
        session = self.find(session_id)
        if session is None or (session.sent and session.sent[0][0] > seq + 1):
            return None
        if session.connection:
            session.connection.close(4000)
        session.connection, session.left_at = connection, None
        session.resumes += 1
        for number, frame in session.sent:
            if number > seq:
                connection.outbox.put_nowait(frame)
        return session

    def leave(self, session: Session, connection: Connection, *, ended: bool) -> None:
        """A socket closed; with 1000 or 1001 from the client the session ends ("Initiating a Disconnect")."""
        if session.connection is not connection:
            return
        session.connection = None
        session.left_at = time.monotonic()
        if ended:
            self._sessions.pop(session.id, None)
        self.tell()

    def forget(self, session: Session) -> None:
        """End a session: it cannot be resumed."""
        self._sessions.pop(session.id, None)
        self.tell()

    def tell(self) -> None:
        self._changed()

    def dispatch(
        self,
        event: str,
        render: Callable[[Session], Any],
        guild_id: int | None = None,
        intents: int = 0,
        *,
        everywhere: bool = False,
    ) -> None:
        """Send an event to each session that serves the guild and asked for it; equal renderings are encoded once."""
        encoded: dict[tuple[str, bool], bytes] = {}
        for session in self.all():
            wanted = not intents or session.intents & intents
            if not wanted or not (everywhere or session.serves(guild_id)):
                continue
            key = (session.base_url, bool(session.intents & MESSAGE_CONTENT))
            if key not in encoded:
                encoded[key] = jsons.encode(render(session))
            session.deliver(event, encoded[key], self._rules.replay_limit)

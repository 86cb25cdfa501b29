"""What goes wrong on the way, by chance: calls refused, slow, lost or cut, and sockets dropped."""

import asyncio
from collections import Counter
from random import Random

from benchmarks.faults.town import Town
from bots.playground.discord.state import STATE
from bots.playground.faults import Fault, FaultKind

EVERY_S = 0.2
SOCKETS_OF_TEN = 1
# Now and then any call at all, the others those that replies are made with: a start that fails is only tried again.
ANY_CALL_OF_TEN = 1
CALLS = {
    "slack": (
        "chat.postMessage",
        "chat.update",
        "conversations.replies",
        "conversations.info",
        "users.info",
        "agents.sessions.setStatus",
    ),
    "discord": (
        "POST /channels/{channel}/messages",
        "PATCH /channels/{channel}/messages/{message}",
        "GET /channels/{channel}/messages",
        "POST /channels/{channel}/typing",
    ),
    "model": ("*",),
}


class Mischief:
    """`done` counts what was done, by kind."""

    def __init__(self, town: Town, random: Random) -> None:
        self._town = town
        self._random = random
        self.done: Counter[str] = Counter()

    async def run(self) -> None:
        """One thing after another, until this is cancelled."""
        while True:
            await asyncio.sleep(self._random.uniform(0.0, 2 * EVERY_S))
            if self._random.randrange(10) < SOCKETS_OF_TEN:
                await self._drop_sockets()
            else:
                await self._break_a_call()

    async def _break_a_call(self) -> None:
        server = self._random.choice(["slack", "discord", "model"])
        fault = self._fault(server, self._random.choice(KINDS_OF[server]))
        self.done[f"{server} {fault.kind.value}"] += 1
        if server == "discord":
            self._town.discord_app[STATE].faults.inject(fault)
            return
        await self._town.post(server, "/control/faults", {name: getattr(fault, name) for name in GIVEN})

    def _fault(self, server: str, kind: FaultKind) -> Fault:
        any_call = self._random.randrange(10) < ANY_CALL_OF_TEN
        return Fault(
            operation="*" if any_call else self._random.choice(CALLS[server]),
            kind=kind,
            status=self._random.choice([500, 502, 503]),
            retry_after_s=self._random.uniform(0.2, 1.5),
            delay_s=self._random.uniform(0.2, 2.0),
            after=self._random.randrange(1, 20),
        )

    async def _drop_sockets(self) -> None:
        self.done["sockets dropped"] += 1
        if self._random.random() < 0.5:
            await self._town.post("slack", "/control/sockets/disconnect", {"reason": "drop"})
        else:
            await self._town.post("discord", "/control/gateway", {"action": self._random.choice(["drop", "reconnect"])})


GIVEN = ("operation", "kind", "status", "retry_after_s", "delay_s", "after")
EVERYWHERE = [FaultKind.STATUS, FaultKind.LIMITED, FaultKind.SLOW, FaultKind.DROP, FaultKind.LOSE]
KINDS_OF = {"slack": EVERYWHERE, "discord": EVERYWHERE, "model": [*EVERYWHERE, FaultKind.CUT, FaultKind.CUT]}

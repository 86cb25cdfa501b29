"""The tools of a trial: those that need no platform and nobody's leave. What they are asked is kept nowhere."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from core import chat, wording
from core.callings import ToolCall
from core.chat import ChatMessage
from core.settings import Settings
from core.settings.fields import parts
from core.tools import calling, registry
from core.tools.builtin import Calculator, Clock
from core.tools.connections import Connections
from core.tools.rounds import MOST_CALLS, Limits
from core.tools.servers import Server
from core.tools.tool import Asker, Tool
from core.tools.toolbox import Toolbox
from storage.configurations import Voice
from storage.tool_turns import CallTurn


async def toolbox(voice: Voice, settings: Settings, known: Mapping[str, Server], connections: Connections) -> Toolbox:
    """The tools that a persona lists, or else those of the settings, as far as they can be tried."""
    own: dict[str, Tool] = {tool.name: tool for tool in (Clock(lambda: datetime.now(UTC)), Calculator())}
    names = voice.tools or parts(settings.tools)
    found = await registry.named([name for name in names if name in own or ":" in name], own, known, connections)
    return Toolbox(tool for tool in found if not tool.asks)


class Unkept:
    """The rounds of one trial."""

    def __init__(self, toolbox: Toolbox, asker: Asker, limits: Limits) -> None:
        self.toolbox = toolbox
        self._asker = asker
        self._limits = limits
        self._count = 0
        self.called: list[CallTurn] = []

    @property
    def over(self) -> bool:
        """The model has to answer now."""
        return self._count >= self._limits.rounds

    @property
    def messages(self) -> list[ChatMessage]:
        """What was called so far, and what came of it."""
        return chat.of_calls(self.called)

    async def run(self, said: str, calls: Sequence[ToolCall], thoughts: str = "") -> list[CallTurn]:
        """Make the calls of a round side by side; what came of each."""
        turns = [self._turn(number, call) for number, call in enumerate(calls[:MOST_CALLS])]
        turns[0] = replace(turns[0], said=wording.clean(said), thoughts=thoughts)
        self._count += 1
        made = list(await asyncio.gather(*map(self._made, turns)))
        self.called += made
        return made

    def shown_name(self, turn: CallTurn) -> str:
        """A tool's name as people know it."""
        tool = self.toolbox.find(turn.name)
        return tool.name if tool is not None else turn.name

    def _turn(self, number: int, call: ToolCall) -> CallTurn:
        return CallTurn(
            round=self._count,
            number=number,
            call_id=wording.clean(call.id) or f"call_{self._count}_{number}",
            name=wording.clean(call.name),
            arguments=wording.clean(call.arguments) or "{}",
            extra=call.extra,
        )

    async def _made(self, turn: CallTurn) -> CallTurn:
        tool = self.toolbox.find(turn.name)
        state, result = await calling.outcome(tool, turn, self._asker, self._limits.call_s)
        return replace(turn, state=state, result=calling.capped(wording.clean(result.text)))

"""The rounds of one reply: the model calls tools, is told what came of that, and goes on.

Each call is kept before it runs and when it has ended, so that a process that takes the reply over neither forgets nor
repeats it. Whatever a tool does, the model is told one text of bounded length in bounded time.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from time import monotonic
from typing import Any

import structlog

from core import chat, texts, wording
from core.callings import ToolCall
from core.chat import ChatMessage
from core.display import Display
from core.telemetry import Telemetry
from core.tokens import Count
from core.tools import calling
from core.tools.calling import capped
from core.tools.questions import Questions
from core.tools.tool import Asker, Result, Tool
from core.tools.toolbox import Toolbox
from storage import tool_turns
from storage.claims import Work
from storage.database import Database
from storage.tool_turns import CallTurn
from storage.words import ToolState

log = structlog.get_logger()

MOST_CALLS = 16
SIDE_BY_SIDE = 4
SHORTEST = 400
# What is over sooner than this is not worth a line.
HINT_AFTER_S = 0.4
UNKNOWN = "unknown"
RESTARTED = "I was restarted while this ran. Whether it had an effect is not known."


@dataclass(frozen=True, slots=True)
class Limits:
    """How many rounds a reply may have, and how many seconds a call."""

    rounds: int
    call_s: float


class Rounds:
    """`label` is what a tool is counted as, by its name."""

    def __init__(
        self,
        database: Database,
        work: Work,
        toolbox: Toolbox,
        asker: Asker,
        display: Display,
        questions: Questions,
        limits: Limits,
        telemetry: Telemetry | None = None,
        label: Callable[[str], str] = str,
    ) -> None:
        self._database = database
        self._work = work
        self._toolbox = toolbox
        self._asker = asker
        self._display = display
        self._questions = questions
        self._limits = limits
        self._telemetry = telemetry or Telemetry()
        self._label = label
        self._called: list[CallTurn] = []
        self._count = 0
        self._side_by_side = asyncio.Semaphore(SIDE_BY_SIDE)

    def definitions(self, token_budget: int, count: Count) -> tuple[Mapping[str, Any], ...]:
        return self._toolbox.definitions(token_budget, count)

    def messages(self, token_budget: int, count: Count) -> list[ChatMessage]:
        """What was called so far, and what came of it: of long results as much as fits, at about so many tokens."""
        takes = sum(count(call.result) for call in self._called)
        if takes <= token_budget:
            return chat.of_calls(self._called)
        longest = max(SHORTEST, sum(len(call.result) for call in self._called) * token_budget // takes)
        share = longest // len(self._called)
        return chat.of_calls([replace(call, result=capped(call.result, share)) for call in self._called])

    @property
    def over(self) -> bool:
        """The model has to answer now."""
        return self._count >= self._limits.rounds

    @property
    def waited_s(self) -> float:
        """How long people were waited for."""
        return self._questions.waited_s

    async def take_up(self) -> str:
        """Go on with what an earlier process has left; what the model had said in these rounds."""
        for _, group in groupby(self._work.called, key=lambda call: call.round):
            self._count += 1
            left = [await self._interrupted(turn) if turn.state is ToolState.RUNNING else turn for turn in group]
            self._called += await self._made(left)
        return chat.said_before(self._called)

    async def run(self, said: str, calls: Sequence[ToolCall], thoughts: str = "") -> None:
        """Make the calls of a round, side by side where that is safe. Raises TakenOver."""
        turns = [self._turn(number, call) for number, call in enumerate(calls[:MOST_CALLS])]
        turns[0] = replace(turns[0], said=wording.clean(said), thoughts=thoughts)
        work = self._work
        rows = await self._database.run(tool_turns.begin, work.reply_id, work.epoch, work.version, turns)
        self._count += 1
        self._called += await self._made([replace(turn, row=row) for turn, row in zip(turns, rows, strict=True)])

    async def close(self) -> None:
        """The reply has ended."""
        await self._questions.close()

    def _turn(self, number: int, call: ToolCall) -> CallTurn:
        tool = self._toolbox.find(call.name)
        return CallTurn(
            round=self._count,
            number=number,
            call_id=wording.clean(call.id) or f"call_{self._work.reply_id}_{self._count}_{number}",
            name=wording.clean(call.name),
            arguments=wording.clean(call.arguments) or "{}",
            state=ToolState.ASKING if tool is not None and tool.asks else ToolState.RUNNING,
            extra=call.extra,
        )

    async def _made(self, turns: Sequence[CallTurn]) -> list[CallTurn]:
        """The calls with their results: first those that may run beside each other, then the others one by one."""
        free = [turn for turn in turns if self._is_free(turn)]
        with self._hinted(free):
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._ended(turn)) for turn in free]
        made = {task.result().number: task.result() for task in tasks}
        for turn in turns:
            if turn.number not in made:
                made[turn.number] = turn if turn.ended else await self._ended_alone(turn)
        return [made[turn.number] for turn in turns]

    def _is_free(self, turn: CallTurn) -> bool:
        tool = self._toolbox.find(turn.name)
        return turn.state is ToolState.RUNNING and not (tool is not None and tool.alone)

    async def _ended_alone(self, turn: CallTurn) -> CallTurn:
        if turn.state is not ToolState.RUNNING:
            self._display.hint(f"_{texts.TOOL_WAITS}_")
            verdict = await self._questions.ask(turn, self._shown_name(turn))
            if not verdict.allowed:
                return await self._kept(turn, ToolState.REFUSED, Result(verdict.why_not))
            await self._database.run(tool_turns.run, turn.row)
        with self._hinted([turn]):
            return await self._ended(turn)

    async def _ended(self, turn: CallTurn) -> CallTurn:
        """The call with what came of it, whatever that is."""
        tool, began_at = self._toolbox.find(turn.name), monotonic()
        label = self._label(tool.name) if tool is not None else UNKNOWN
        with self._telemetry.traces.span("tool", tool=label, row=turn.row) as span:
            ended = await self._run(turn, tool)
            if ended.state is not ToolState.DONE:
                span.fail(ended.state.value)
        self._telemetry.metrics.called_tool(label, ended.state.value, monotonic() - began_at)
        return ended

    async def _run(self, turn: CallTurn, tool: Tool | None) -> CallTurn:
        async with self._side_by_side:
            state, result = await calling.outcome(tool, turn, self._asker, self._limits.call_s)
        return await self._kept(turn, state, result)

    async def _interrupted(self, turn: CallTurn) -> CallTurn:
        return await self._kept(turn, ToolState.FAILED, Result(RESTARTED))

    async def _kept(self, turn: CallTurn, state: ToolState, result: Result) -> CallTurn:
        text = capped(wording.clean(result.text))
        await self._database.run(tool_turns.end, turn.row, state, text, result.quotes)
        return replace(turn, state=state, result=text)

    @contextmanager
    def _hinted(self, turns: Sequence[CallTurn]) -> Iterator[None]:
        """Say below the text so far what is being done, if that takes a moment."""
        tools = [tool for turn in turns if (tool := self._toolbox.find(turn.name)) is not None]
        if not tools:
            yield
            return
        line = ", ".join(dict.fromkeys(tool.doing for tool in tools))
        soon = asyncio.get_running_loop().call_later(HINT_AFTER_S, self._display.hint, f"_{line}…_")
        try:
            yield
        finally:
            soon.cancel()

    def _shown_name(self, turn: CallTurn) -> str:
        tool = self._toolbox.find(turn.name)
        return tool.name if tool is not None else turn.name

"""Asks people whether a tool may be called, with buttons below a message, and waits for what they say."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

from core import texts
from core.errors import Kind, PlatformTrouble
from core.surface import Controls, Question, Surface
from storage import tool_turns
from storage.database import Database
from storage.replies import Fenced
from storage.tool_turns import CallTurn
from storage.words import ToolState

log = structlog.get_logger()

LOOK_EVERY_S = 0.3
CLOSE_S = 5.0
TRIES = 4
PAUSE_S = 1.0
ARGUMENTS_LIMIT = 1_200
FENCES = re.compile("`+")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided; `why_not` is for the model, where a call may not be made."""

    allowed: bool
    why_not: str = ""


class Questions:
    """Those of one reply. What people press is written into the row of the call, whichever process hears of it.

    `confirm` raises when another process makes the reply now, which then looks after its questions.
    """

    def __init__(
        self,
        database: Database,
        surface: Surface,
        token: str,
        asker: str,
        wait_s: float,
        confirm: Callable[[], Awaitable[None]],
    ) -> None:
        self._database = database
        self._surface = surface
        self._confirm = confirm
        self._token = token
        self._asker = asker
        self._wait_s = wait_s
        self._open: dict[str, str] = {}
        self._writing: set[asyncio.Task[Any]] = set()
        self.waited_s = 0.0

    async def ask(self, call: CallTurn, tool: str) -> Verdict:
        """Whether people allow a call; one that was asked about before is not asked about in another message."""
        text = asked(self._asker, tool, call.arguments)
        try:
            message_id = await self._asked_again(text, call) or await self._posted(text, call)
        except PlatformTrouble as trouble:
            log.warning("tool.not_asked", tool=tool, code=trouble.code)
            await self._database.run(tool_turns.decide, call.row, ToolState.REFUSED, "")
            return Verdict(False, "Nobody could be asked whether this may be done.")
        self._open[message_id] = text
        began_at = asyncio.get_running_loop().time()
        state, who = await self._decision(call, began_at + self._wait_s)
        self.waited_s += asyncio.get_running_loop().time() - began_at
        del self._open[message_id]
        allowed = state is ToolState.ALLOWED
        log.info("tool.decided", tool=tool, allowed=allowed, answered=bool(who))
        self._write(self._rewrite(message_id, text, texts.tool_decided(who, allowed=allowed)))
        if allowed:
            return Verdict(True)
        return Verdict(False, "The person refused this." if who else "Nobody allowed this in time.")

    async def close(self) -> None:
        """The reply has ended: nobody need answer what is still asked."""
        await self._written()
        opened, self._open = dict(self._open), {}
        for message_id, text in opened.items():
            self._write(self._rewrite(message_id, text, texts.TOOL_NOT_NEEDED))
        await self._written()

    async def _asked_again(self, text: str, call: CallTurn) -> str:
        """The message in which an earlier process asked, with all that it asks; empty when there is none."""
        if call.question and call.state is ToolState.ASKING:
            try:
                await _patiently(lambda: self._surface.edit(call.question, text, Question(call.row)))
            except PlatformTrouble as trouble:
                log.info("question.not_rewritten", message=call.question, reason=trouble.code)
        return call.question

    async def _posted(self, text: str, call: CallTurn) -> str:
        """The message that asks. It is posted whole even when the reply is cut off meanwhile: then `close` ends it."""
        return await asyncio.shield(self._write(self._post(text, call)))

    def _write(self, writing: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Begin what must not be cut off, and need not be waited for: a platform may take nothing for a while."""
        task = asyncio.create_task(writing)
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)
        return task

    async def _written(self) -> None:
        if self._writing:
            _, late = await asyncio.wait(self._writing, timeout=CLOSE_S)
            for writing in late:
                writing.cancel()

    async def _post(self, text: str, call: CallTurn) -> str:
        token = f"{self._token}.tool{call.row}"
        message_id = await _patiently(lambda: self._surface.open(text, token, Question(call.row)))
        self._open[message_id] = text
        await self._database.run(tool_turns.asked_by, call.row, message_id)
        return message_id

    async def _decision(self, call: CallTurn, until: float) -> tuple[ToolState, str]:
        while True:
            found = await self._database.run(tool_turns.decision, call.row)
            if found is None or found[0] is not ToolState.ASKING:
                return found or (ToolState.REFUSED, "")
            if asyncio.get_running_loop().time() >= until:
                await self._database.run(tool_turns.decide, call.row, ToolState.REFUSED, "")
            else:
                await asyncio.sleep(LOOK_EVERY_S)

    async def _rewrite(self, message_id: str, text: str, verdict: str) -> None:
        said = f"{text.rpartition(PARAGRAPH)[0]}{PARAGRAPH}_{verdict}_"
        try:
            await self._confirm()
            await _patiently(lambda: self._surface.edit(message_id, said, Controls.NONE))
        except (PlatformTrouble, Fenced) as trouble:
            log.info("question.not_rewritten", message=message_id, reason=str(trouble))


PARAGRAPH = "\n\n"


def asked(asker: str, tool: str, arguments: str) -> str:
    """The question: which tool, with which arguments, and below in the last paragraph who may answer."""
    shown = _readable(arguments)
    more = f"\n… and {len(shown) - ARGUMENTS_LIMIT} more characters" if len(shown) > ARGUMENTS_LIMIT else ""
    shown = f"{shown[:ARGUMENTS_LIMIT]}{more}"
    fence = "`" * max(3, 1 + max(map(len, FENCES.findall(shown)), default=0))
    question = texts.tool_asked(" ".join(asker.split()), tool)
    return f"{question}\n{fence}\n{shown}\n{fence}{PARAGRAPH}_{texts.TOOL_WHO_MAY}_"


def _readable(arguments: str) -> str:
    try:
        return json.dumps(json.loads(arguments), ensure_ascii=False, indent=1)
    except ValueError:
        return arguments


async def _patiently(call: Callable[[], Awaitable[T]]) -> T:
    """Try again what a platform puts off."""
    for number in range(TRIES):
        try:
            return await call()
        except PlatformTrouble as trouble:
            if trouble.kind not in (Kind.LIMITED, Kind.TRANSIENT) or number == TRIES - 1:
                raise
            await asyncio.sleep(trouble.retry_after_s or PAUSE_S * 2**number)
    raise AssertionError

"""One call of a tool: whatever the tool does, it ends in one text, in bounded time."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import structlog

from core.tools.tool import Asker, Result, Tool, ToolFailure
from storage.tool_turns import CallTurn
from storage.words import ToolState

log = structlog.get_logger()

RESULT_LIMIT = 20_000


async def outcome(tool: Tool | None, turn: CallTurn, asker: Asker, most_s: float) -> tuple[ToolState, Result]:
    """What comes of a call, in words for the model."""
    try:
        if tool is None:
            raise ToolFailure("There is no tool of this name.")
        arguments = _parsed(turn.arguments)
        async with asyncio.timeout(most_s):
            return ToolState.DONE, await tool.run(arguments, asker)
    except ToolFailure as failure:
        log.info("tool.failed", tool=turn.name, row=turn.row)
        return ToolState.FAILED, Result(str(failure))
    except TimeoutError:
        log.warning("tool.timed_out", tool=turn.name, row=turn.row)
        return ToolState.FAILED, Result(f"No result within {most_s:g} seconds.")
    except Exception as error:
        log.warning("tool.broke", tool=turn.name, row=turn.row, error=type(error).__name__)
        return ToolState.FAILED, Result("The tool broke.")


def capped(text: str, limit: int = RESULT_LIMIT) -> str:
    """As much of a result as a model is given."""
    if len(text) <= limit:
        return text or "(no text)"
    return f"{text[:limit]}\n[Cut here: this is the beginning of {len(text)} characters.]"


def _parsed(arguments: str) -> Mapping[str, Any]:
    try:
        parsed = json.loads(arguments)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise ToolFailure("The arguments are no JSON object.")
    return parsed

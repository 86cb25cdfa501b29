"""The tools that one reply may call, by the names that its model is given."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import structlog

from core.tokens import Count
from core.tools.tool import Tool

log = structlog.get_logger()

# platform.openai.com/docs/api-reference/chat/create: how many functions, and their names.
MOST = 128
UNFIT = re.compile(r"[^a-zA-Z0-9_-]")
LONGEST = 64
DESCRIPTION_LIMIT = 1_000


class Toolbox:
    def __init__(self, tools: Iterable[Tool]) -> None:
        self._tools: dict[str, Tool] = {}
        for tool in tools:
            self._tools[self._named(tool)] = tool

    def definitions(self, token_budget: int, count: Count) -> tuple[Mapping[str, Any], ...]:
        """The tools as a request has them, always in the same order: all that have room, one after the other."""
        found: list[Mapping[str, Any]] = []
        for name in sorted(self._tools):
            definition = _definition(name, self._tools[name])
            takes = count(json.dumps(definition, ensure_ascii=False))
            if takes <= token_budget and len(found) < MOST:
                token_budget -= takes
                found.append(definition)
        if len(found) < len(self._tools):
            log.info("tools.left_out", tools=len(self._tools) - len(found))
        return tuple(found)

    def find(self, function: str) -> Tool | None:
        return self._tools.get(function)

    def __bool__(self) -> bool:
        return bool(self._tools)

    def _named(self, tool: Tool) -> str:
        """A name that a function may have and no other tool here has: `server:tool` becomes `server__tool`."""
        name = UNFIT.sub("_", tool.name.replace(":", "__"))
        if len(name) <= LONGEST and name not in self._tools:
            return name
        return f"{name[: LONGEST - 9]}_{hashlib.blake2s(tool.name.encode(), digest_size=4).hexdigest()}"


def _definition(name: str, tool: Tool) -> Mapping[str, Any]:
    described = {"name": name, "description": tool.description[:DESCRIPTION_LIMIT], "parameters": tool.parameters}
    return {"type": "function", "function": described}

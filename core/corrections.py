"""What a refusal teaches about a model: which parameter it does not take, so that it is not sent again."""

import re
from collections import OrderedDict
from dataclasses import replace
from typing import Any

from core.endpoints import Capabilities, Endpoint, capabilities

RANGE = re.compile(r"range|between|above|maximum|less than|at most|<=|\[0", re.IGNORECASE)
ROLE = re.compile(r"\brole|developer instruction", re.IGNORECASE)
TOOLS = re.compile(r"tool.?choice|tool.?call|tool.?use|function.?call", re.IGNORECASE)
TOOLS_OR_REASONING = re.compile(r"tool.{0,60}reasoning|reasoning.{0,60}tool", re.IGNORECASE)
# api-docs.deepseek.com/guides/thinking_mode
THOUGHTS = re.compile(r"reasoning_content.{0,60}(?:passed back|missing)|missing.{0,10}reasoning_content", re.IGNORECASE)
THINKING = re.compile(r"support.{0,20}(?:thinking|reasoning)|(?:thinking|reasoning).{0,30}support", re.IGNORECASE)
NO_SYSTEM = re.compile(r"system|alternate|developer instruction", re.IGNORECASE)
OTHER_LIMIT = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}


MOST = 2_000


class Learned:
    """What is known by now of each model at each endpoint; what was used longest ago is forgotten first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[object, ...], Capabilities] = OrderedDict()

    def of(self, endpoint: Endpoint, model: str) -> Capabilities:
        kept = self._kept.get(_key(endpoint, model))
        return kept if kept is not None else capabilities(endpoint, model)

    def keep(self, endpoint: Endpoint, model: str, known: Capabilities) -> None:
        self._kept[_key(endpoint, model)] = known
        self._kept.move_to_end(_key(endpoint, model))
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)


def _key(endpoint: Endpoint, model: str) -> tuple[object, ...]:
    return (*endpoint.identity, endpoint.base_url, model)


def learned(known: Capabilities, sent: dict[str, Any], param: str, message: str) -> Capabilities | None:
    """The capabilities corrected by a refusal of what was `sent`; None when it is about nothing that can be left out.

    `param` is the parameter that the refusal names, where it names one; most servers name it in their words alone, and
    some name the one that they would take beside it: `max_tokens` is told from `max_completion_tokens`.
    """
    if param == "stream" and known.streams:
        return replace(known, streams=False)
    if "tools" in sent and not known.wants_thoughts and THOUGHTS.search(message):
        return replace(known, wants_thoughts=True)
    if "tools" in sent and known.reasons_with_tools and TOOLS_OR_REASONING.search(message):
        return replace(known, reasons_with_tools=False)
    for name, corrected in _corrections(known, sent, message).items():
        if param.partition(".")[0] == name or (not param and re.search(rf"(?<!\w){name}(?!\w)", message)):
            return corrected
    if "reasoning_effort" in sent and THINKING.search(message):
        return replace(known, effort="")
    if "tools" in sent and (param.startswith("tool") or TOOLS.search(message)):
        return replace(known, tools=False)
    if ROLE.search(param or message) and (param.startswith("messages") or not param):
        return _other_role(known, message)
    return None


def _corrections(known: Capabilities, sent: dict[str, Any], message: str) -> dict[str, Capabilities]:
    """What each optional parameter that was sent would teach if it were the one refused."""
    found: dict[str, Capabilities] = {}
    if known.limit in sent:
        found[known.limit] = replace(known, limit=OTHER_LIMIT[known.limit])  # type: ignore[arg-type]
    if "stream_options" in sent:
        found["stream_options"] = replace(known, usage=False)
    if "temperature" in sent:
        cooler = 1.0 if sent["temperature"] > 1 and RANGE.search(message) else 0.0
        found["temperature"] = replace(known, hottest=cooler)
    if "reasoning_effort" in sent:
        found["reasoning_effort"] = replace(known, effort="")
    if "reasoning" in sent:
        found["reasoning"] = replace(known, effort="")
    if "prompt_cache_key" in sent:
        found["prompt_cache_key"] = replace(known, cache_key=False)
    if "safety_identifier" in sent:
        found["safety_identifier"] = replace(known, safety_identifier=False)
    if "tools" in sent:
        found["tools"] = replace(known, tools=False)
    return found


def _other_role(known: Capabilities, message: str) -> Capabilities | None:
    """The next role to try for the system prompt: templates of open models know only some of them."""
    if known.system_role == "developer":
        return replace(known, system_role="system")
    if known.system_role == "system" and NO_SYSTEM.search(message):
        return replace(known, system_role="user")
    return None

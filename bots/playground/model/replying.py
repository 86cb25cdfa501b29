"""What will be answered to a checked request, before a byte of it is sent."""

from dataclasses import dataclass
from typing import Any

from bots.playground.model import answers, sight, tokens
from bots.playground.model.calling import Calling
from bots.playground.model.requests import ChatRequest
from bots.playground.model.rules import Rules
from bots.playground.model.scripts import Script
from bots.playground.model.sse import Usage


@dataclass(frozen=True, slots=True)
class Plan:
    """One answer: its tokens, their pace in seconds, its end, and what goes wrong after how many tokens."""

    pieces: list[str]
    finish_reason: str
    first_token_s: float
    gap_s: float
    usage: Usage
    hold_after: int | None = None
    cut_after: int | None = None
    reset_after: int | None = None
    error_after: int | None = None
    error: Any = None
    thoughts: tuple[str, ...] = ()
    refusal: bool = False
    calls: tuple[Calling, ...] = ()
    number: int = 0

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def whole_s(self) -> float:
        """The seconds until the last token is there."""
        return self.first_token_s + max(0, len(self.pieces) - 1) * self.gap_s


def plan(
    chat: ChatRequest,
    body: dict[str, Any],
    rules: Rules,
    script: Script | None,
    cut_after: int | None,
    cached: int = 0,
    number: int = 0,
) -> Plan:
    """Written answers are given exactly; the built-in model obeys `stop` and the token limits."""
    script = script or Script()
    calls = tuple(script.calls) if body.get("tools") and body.get("tool_choice") != "none" else ()
    pieces, finish_reason = _words(chat, body, rules, script)
    finish_reason = "tool_calls" if calls else finish_reason
    rate = rules.tokens_per_s if script.tokens_per_s is None else script.tokens_per_s
    return Plan(
        pieces=pieces,
        finish_reason=finish_reason,
        first_token_s=rules.first_token_s if script.first_token_s is None else script.first_token_s,
        gap_s=1 / rate if rate > 0 else 0.0,
        usage=_usage(chat, rules, len(pieces), len(script.thoughts), cached),
        hold_after=script.hold_after if script.hold else None,
        cut_after=script.cut_after if cut_after is None else cut_after,
        reset_after=script.reset_after,
        error_after=_error_after(script, pieces),
        error=script.error_event,
        thoughts=tuple(script.thoughts),
        refusal=script.refusal,
        calls=calls,
        number=number,
    )


def _usage(chat: ChatRequest, rules: Rules, told: int, thought: int, cached: int) -> Usage:
    """Reasoning counts as a part of the answer: platform.openai.com/docs/guides/reasoning#how-reasoning-works."""
    dialect = rules.dialect
    return Usage(
        prompt=chat.prompt_tokens,
        completion=told + thought,
        cached=cached,
        reasoning=thought,
        details=dialect.details,
        cost_usd=dialect.cost_usd,
    )


def _words(chat: ChatRequest, body: dict[str, Any], rules: Rules, script: Script) -> tuple[list[str], str]:
    if script.chunks is not None:
        return script.chunks, script.finish_reason
    if script.calls and script.text is None:
        return [], script.finish_reason
    if script.text is not None:
        return tokens.pieces(script.text), script.finish_reason
    if rules.answer_tokens:
        return _limited(tokens.known_words(rules.answer_tokens), chat.max_tokens)
    text = answers.answer(sight.see(chat.messages, body.get("tools") or ()))
    return _limited(tokens.pieces(_stopped(text, chat.stop)), chat.max_tokens)


def _limited(pieces: list[str], most: int | None) -> tuple[list[str], str]:
    if most is None or len(pieces) <= most:
        return pieces, "stop"
    return pieces[:most], "length"


def _stopped(text: str, stops: tuple[str, ...]) -> str:
    found = [text.find(stop) for stop in stops if stop and stop in text]
    return text[: min(found)] if found else text


def _error_after(script: Script, pieces: list[str]) -> int | None:
    if script.error_event is None:
        return None
    return len(pieces) if script.error_after is None else script.error_after

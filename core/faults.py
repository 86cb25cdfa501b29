"""What follows from each way in which a model's endpoint can fail: the one table that decides.

Nothing is tried again, and no other model asked, once people have seen a text: they would see two answers. Until then a
fault is met with `tries_again` further requests, and then with the fallback model where `falls_back`. A fault that
`wears` its endpoint brings the circuit closer to opening (`core/circuits.py`). What is `too_long` is asked again with
less, and at once.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from core import wording
from core.errors import Fault, Kind, ModelTrouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a fault is for the rest of Parley, and what is done about it."""

    kind: Kind
    tries_again: int = 0
    falls_back: bool = False
    wears: bool = False
    too_long: bool = False


RULES: Mapping[Fault, Rule] = MappingProxyType(
    {
        Fault.UNREACHABLE: Rule(kind=Kind.TRANSIENT, tries_again=2, falls_back=True, wears=True),
        Fault.TIMED_OUT: Rule(kind=Kind.TRANSIENT, tries_again=1, falls_back=True, wears=True),
        Fault.SILENT: Rule(kind=Kind.TRANSIENT, falls_back=True, wears=True),
        Fault.STALLED: Rule(kind=Kind.TRANSIENT),
        Fault.OVERTIME: Rule(kind=Kind.TRANSIENT),
        Fault.ENDLESS: Rule(kind=Kind.INVALID),
        Fault.BROKEN: Rule(kind=Kind.TRANSIENT, tries_again=2, falls_back=True, wears=True),
        Fault.GARBLED: Rule(kind=Kind.TRANSIENT, tries_again=1, falls_back=True, wears=True),
        Fault.EMPTY: Rule(kind=Kind.TRANSIENT, tries_again=1, falls_back=True),
        Fault.DOWN: Rule(kind=Kind.TRANSIENT, tries_again=2, falls_back=True, wears=True),
        Fault.CONFLICT: Rule(kind=Kind.CONFLICT, tries_again=2, falls_back=True),
        Fault.LIMITED: Rule(kind=Kind.LIMITED, tries_again=3, falls_back=True),
        Fault.NO_CREDIT: Rule(kind=Kind.DENIED, falls_back=True),
        Fault.REFUSED_KEY: Rule(kind=Kind.DENIED, falls_back=True),
        Fault.NO_MODEL: Rule(kind=Kind.MISSING, falls_back=True),
        Fault.NO_API: Rule(kind=Kind.INVALID, falls_back=True, wears=True),
        Fault.TOO_LONG: Rule(kind=Kind.INVALID, tries_again=1, too_long=True),
        Fault.BLOCKED: Rule(kind=Kind.INVALID),
        Fault.INVALID: Rule(kind=Kind.INVALID),
        Fault.RESTING: Rule(kind=Kind.TRANSIENT, falls_back=True),
        Fault.UNREADABLE_KEY: Rule(kind=Kind.DENIED),
        Fault.OFF_LIMITS: Rule(kind=Kind.DENIED),
        Fault.UNKNOWN: Rule(kind=Kind.UNKNOWN, falls_back=True),
    }
)

BY_CODE = {
    "insufficient_quota": Fault.NO_CREDIT,
    "billing_not_active": Fault.NO_CREDIT,
    "billing_hard_limit_reached": Fault.NO_CREDIT,
    "invalid_api_key": Fault.REFUSED_KEY,
    "model_not_found": Fault.NO_MODEL,
    "DeploymentNotFound": Fault.NO_MODEL,
    "context_length_exceeded": Fault.TOO_LONG,
    "exceed_context_size_error": Fault.TOO_LONG,
    "string_above_max_length": Fault.TOO_LONG,
    "content_filter": Fault.BLOCKED,
    "content_policy_violation": Fault.BLOCKED,
    "rate_limit_exceeded": Fault.LIMITED,
    "rate_limit_error": Fault.LIMITED,
    "overloaded_error": Fault.DOWN,
    "server_error": Fault.DOWN,
}
BY_STATUS = {
    401: Fault.REFUSED_KEY,
    402: Fault.NO_CREDIT,
    403: Fault.REFUSED_KEY,
    404: Fault.NO_MODEL,
    405: Fault.NO_API,
    408: Fault.TIMED_OUT,
    409: Fault.CONFLICT,
    413: Fault.TOO_LONG,
    429: Fault.LIMITED,
}
# How it is said where there is no code for it, or one that misleads.
WORDS = (
    # Groq, OpenAI: more than may be taken in a minute, so it never will be.
    ("request too large", Fault.TOO_LONG),
    # Amazon.
    ("please wait before trying again", Fault.LIMITED),
    # Google, xAI, Anthropic.
    ("api key not valid", Fault.REFUSED_KEY),
    ("incorrect api key", Fault.REFUSED_KEY),
    ("credit balance is too low", Fault.NO_CREDIT),
    # OpenRouter, xAI, DeepSeek.
    ("your input was flagged", Fault.BLOCKED),
    ("violates usage guidelines", Fault.BLOCKED),
    ("content exists risk", Fault.BLOCKED),
)
# vLLM, llama.cpp, Ollama, Anthropic, Google, xAI, Amazon, Hugging Face.
TOO_LONG_WORDS = (
    "context length",
    "context size",
    "context window",
    "too many tokens",
    "prompt is too long",
    "maximum number of tokens",
    "maximum prompt length",
    "input is too long",
    "tokens + `max_new_tokens` must be",
)


# How OpenAI, vLLM, OpenRouter, llama.cpp, Anthropic, Google, xAI and Groq say how long a request may be.
WINDOW = re.compile(
    r"(?:maximum (?:context|model|prompt) length (?:is|of)|context size \(|tokens >|tokens allowed \(|\(TPM\): Limit)"
    r" ?(\d{3,9})\b"
)


def trouble(fault: Fault, code: str, *, retry_after_s: float | None = None, window: int | None = None) -> ModelTrouble:
    return ModelTrouble(RULES[fault].kind, code, fault=fault, retry_after_s=retry_after_s, window=window)


def window_of(body: Any) -> int | None:
    """The window that a refusal speaks of, in tokens."""
    found = WINDOW.search(_words(body))
    return int(found[1]) if found else None


def of_status(status: int, body: Any) -> Fault:
    """Which fault an HTTP status with an error body is: platform.openai.com/docs/guides/error-codes."""
    said = of_body(body)
    if said is not None and said is not Fault.DOWN:
        return said
    if status in BY_STATUS:
        return BY_STATUS[status]
    if status >= 500:
        return Fault.DOWN
    return Fault.INVALID if status >= 400 else Fault.NO_API


def of_body(body: Any) -> Fault | None:
    """Which fault an error body names, by its code, its type or its words; None when it names none."""
    words, inner = _words(body).lower(), _inner(body)
    for said, fault in WORDS:
        if said in words:
            return fault
    if isinstance(inner, Mapping):
        named = (BY_CODE.get(str(inner.get(name))) for name in ("code", "type"))
        if found := next((fault for fault in named if fault is not None), None):
            return found
    return Fault.TOO_LONG if any(said in words for said in TOO_LONG_WORDS) else None


def _inner(body: Any) -> Any:
    """Google puts its error into a list: ai.google.dev/gemini-api/docs/openai."""
    if isinstance(body, list) and body and isinstance(body[0], Mapping):
        return body[0].get("error", body[0])
    return body


def _words(body: Any) -> str:
    inner = _inner(body)
    return str(inner.get("message", "")) if isinstance(inner, Mapping) else str(inner)


def of_error_event(error: Any) -> Fault:
    """Which fault an error is that came within a stream, or in place of one with status 200.

    OpenRouter gives the status as its code: openrouter.ai/docs/api-reference/errors.
    """
    if isinstance(error, Mapping):
        status = error.get("code")
        if isinstance(status, int) or (isinstance(status, str) and status.isdecimal()):
            return of_status(int(status), error)
    return of_body(error) or Fault.BROKEN


def code_of(body: Any) -> str:
    """The short code in an error body of whatever shape; never its text."""
    inner = _inner(body)
    if isinstance(inner, Mapping):
        return wording.clean(str(inner.get("code") or inner.get("type") or "unknown"))[:80]
    return "unknown"

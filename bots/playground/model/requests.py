"""A chat completions request, read and checked (https://platform.openai.com/docs/api-reference/chat/create)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from bots.playground.model import parameters, refusals, tokens, turns
from bots.playground.model.rules import Rules


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What is asked of the model; `max_tokens` is in tokens, None for no limit of the caller's."""

    model: str
    messages: list[dict[str, Any]]
    stream: bool
    include_usage: bool
    max_tokens: int | None
    stop: tuple[str, ...]
    prompt_tokens: int

    @property
    def last_user_text(self) -> str:
        for message in reversed(self.messages):
            if message["role"] == "user":
                return turns.text_of(message)
        return ""


def parse(raw: bytes) -> Any:
    """The JSON of a body; raises Refused for anything else, half surrogate pairs included."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise refusals.unreadable() from error


def check(body: Any, rules: Rules) -> ChatRequest:
    """The request that a parsed body makes; raises Refused as OpenAI's API answers."""
    if not isinstance(body, dict):
        raise refusals.unreadable()
    _check_known(body, rules)
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise refusals.invalid("you must provide a model parameter")
    if model not in rules.models:
        raise refusals.no_such_model(model)
    messages = turns.checked(body, rules.known_roles)
    parameters.check(body)
    prompt_tokens = tokens.estimate(messages)
    if prompt_tokens > rules.context_window:
        raise refusals.too_long(rules.context_window, prompt_tokens)
    return ChatRequest(
        model=model,
        messages=messages,
        stream=body.get("stream") is True,
        include_usage=bool((body.get("stream_options") or {}).get("include_usage")),
        max_tokens=parameters.max_tokens(body, rules),
        stop=parameters.stop(body),
        prompt_tokens=prompt_tokens,
    )


def check_key(headers: Mapping[str, str], rules: Rules) -> None:
    """Raise Refused unless the key that the rules ask for is there."""
    if rules.require_key is None:
        return
    scheme, _, key = headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise refusals.no_key()
    if key != rules.require_key:
        raise refusals.wrong_key(key)


def _check_known(body: dict[str, Any], rules: Rules) -> None:
    for name in body:
        if name in rules.unsupported or name in rules.dialect.refuses:
            message = f"Unsupported parameter: '{name}' is not supported with this model."
            raise refusals.invalid(message, name, "unsupported_parameter")
        if rules.dialect.strict and name not in parameters.KNOWN:
            raise refusals.invalid(f"Unknown parameter: '{name}'.", name, "unknown_parameter")

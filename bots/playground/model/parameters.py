"""The parameters of a completion and their ranges (https://platform.openai.com/docs/api-reference/chat/create)."""

import re
from typing import Any

from bots.playground.model import refusals
from bots.playground.model.rules import Rules

KNOWN = frozenset(
    {
        "audio",
        "frequency_penalty",
        "function_call",
        "functions",
        "logit_bias",
        "logprobs",
        "max_completion_tokens",
        "max_tokens",
        "messages",
        "metadata",
        "modalities",
        "model",
        "moderation",
        "n",
        "parallel_tool_calls",
        "prediction",
        "presence_penalty",
        "prompt_cache_key",
        "prompt_cache_options",
        "prompt_cache_retention",
        "reasoning_effort",
        "response_format",
        "safety_identifier",
        "seed",
        "service_tier",
        "stop",
        "store",
        "stream",
        "stream_options",
        "temperature",
        "tool_choice",
        "tools",
        "top_logprobs",
        "top_p",
        "user",
        "verbosity",
        "web_search_options",
    }
)
_DECIMALS = {"temperature": (0, 2), "top_p": (0, 1), "presence_penalty": (-2, 2), "frequency_penalty": (-2, 2)}
_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
_FUNCTION_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_MOST_STOPS = 4
_MOST_TOOLS = 128
_CHOICES = ("none", "auto", "required")


def check(body: dict[str, Any]) -> None:
    """Raise Refused for a parameter out of its range."""
    for name, (low, high) in _DECIMALS.items():
        _check_decimal(name, body.get(name), low, high)
    if body.get("n") is not None:
        _check_integer("n", body["n"], 1, 1)
    _check_stream(body)
    effort = body.get("reasoning_effort")
    if effort is not None and effort not in _EFFORTS:
        raise refusals.wrong_value("reasoning_effort", effort, _EFFORTS)
    _check_tools(body)


def max_tokens(body: dict[str, Any], rules: Rules) -> int | None:
    """How long the answer may be, in tokens, by either of the two names."""
    given = [name for name in ("max_tokens", "max_completion_tokens") if body.get(name) is not None]
    if len(given) > 1:
        raise refusals.invalid(
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
            "max_tokens",
            "invalid_parameter_combination",
        )
    if not given:
        return None
    name = given[0]
    limit = _check_integer(name, body[name], 1, None)
    if limit > rules.max_answer_tokens:
        raise refusals.invalid(
            f"{name} is too large: {limit}. This model supports at most {rules.max_answer_tokens} completion tokens,"
            f" whereas you provided {limit}.",
            name,
            "invalid_value",
        )
    return limit


def stop(body: dict[str, Any]) -> tuple[str, ...]:
    """The texts before which the answer ends: one, or up to four."""
    given = body.get("stop")
    if given is None:
        return ()
    if isinstance(given, str):
        return (given,)
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise refusals.wrong_type("stop", "one of a string or array of strings", given)
    if len(given) > _MOST_STOPS:
        raise _too_many_items("stop", _MOST_STOPS, len(given))
    return tuple(given)


def _check_stream(body: dict[str, Any]) -> None:
    stream, options = body.get("stream"), body.get("stream_options")
    if stream is not None and not isinstance(stream, bool):
        raise refusals.wrong_type("stream", "a boolean", stream)
    if options is None:
        return
    if not stream:
        raise refusals.invalid(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options"
        )
    if not isinstance(options, dict):
        raise refusals.wrong_type("stream_options", "an object", options)
    for name in options:
        if name not in ("include_usage", "include_obfuscation"):
            raise refusals.invalid(
                f"Unknown parameter: 'stream_options.{name}'.", f"stream_options.{name}", "unknown_parameter"
            )


def _check_tools(body: dict[str, Any]) -> None:
    tools = body.get("tools")
    if tools is None:
        if body.get("tool_choice") not in (None, "none"):
            raise refusals.invalid("'tool_choice' is only allowed when 'tools' are specified.", "tool_choice")
        return
    if not isinstance(tools, list):
        raise refusals.wrong_type("tools", "an array of objects", tools)
    if not tools:
        raise refusals.invalid(
            "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
            "tools",
            "empty_array",
        )
    if len(tools) > _MOST_TOOLS:
        raise _too_many_items("tools", _MOST_TOOLS, len(tools))
    for index, tool in enumerate(tools):
        _check_tool(f"tools[{index}]", tool)
    choice = body.get("tool_choice")
    if isinstance(choice, str) and choice not in _CHOICES:
        raise refusals.wrong_value("tool_choice", choice, _CHOICES)


def _check_tool(param: str, tool: Any) -> None:
    if not isinstance(tool, dict):
        raise refusals.wrong_type(param, "an object", tool)
    if tool.get("type") != "function":
        raise refusals.wrong_value(f"{param}.type", tool.get("type"), ("function",))
    function = tool.get("function")
    if not isinstance(function, dict):
        raise refusals.missing(f"{param}.function")
    name = function.get("name")
    if name is None:
        raise refusals.missing(f"{param}.function.name")
    if not isinstance(name, str) or not _FUNCTION_NAME.fullmatch(name):
        raise refusals.invalid(
            f"Invalid '{param}.function.name': string does not match pattern. Expected a string that matches the"
            " pattern '^[a-zA-Z0-9_-]+$'.",
            f"{param}.function.name",
            "invalid_value",
        )
    schema = function.get("parameters")
    if schema is not None and not isinstance(schema, dict):
        raise refusals.wrong_type(f"{param}.function.parameters", "an object", schema)


def _check_decimal(name: str, value: Any, low: float, high: float) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refusals.wrong_type(name, "a decimal", value)
    if value > high:
        raise refusals.invalid(
            f"Invalid '{name}': decimal above maximum value. Expected a value <= {high}, but got {value} instead.",
            name,
            "decimal_above_max_value",
        )
    if value < low:
        raise refusals.invalid(
            f"Invalid '{name}': decimal below minimum value. Expected a value >= {low}, but got {value} instead.",
            name,
            "decimal_below_min_value",
        )


def _check_integer(name: str, value: Any, low: int, high: int | None) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise refusals.wrong_type(name, "an integer", value)
    if value < low:
        raise refusals.invalid(
            f"Invalid '{name}': integer below minimum value. Expected a value >= {low}, but got {value} instead.",
            name,
            "integer_below_min_value",
        )
    if high is not None and value > high:
        raise refusals.invalid(
            f"Invalid '{name}': integer above maximum value. Expected a value <= {high}, but got {value} instead.",
            name,
            "integer_above_max_value",
        )
    return value


def _too_many_items(name: str, most: int, count: int) -> refusals.Refused:
    return refusals.invalid(
        f"Invalid '{name}': array too long. Expected an array with maximum length {most}, but got an array with length"
        f" {count} instead.",
        name,
        "array_above_max_length",
    )

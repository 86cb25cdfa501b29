"""The messages of a request: roles, contents and tool calls (https://platform.openai.com/docs/api-reference/chat/create)."""

import re
from typing import Any

from bots.playground.model import refusals

_PARTS = {
    "user": ("text", "image_url", "input_audio", "file"),
    "assistant": ("text", "refusal"),
    "system": ("text",),
    "developer": ("text",),
    "tool": ("text",),
}
_NAME = re.compile(r"[^\s<|\\/>]{1,64}")


def checked(body: dict[str, Any], roles: tuple[str, ...]) -> list[dict[str, Any]]:
    """The messages of a body, each of one of these roles; raises Refused as OpenAI's API answers."""
    if body.get("messages") is None:
        raise refusals.missing("messages")
    messages = body["messages"]
    if not isinstance(messages, list):
        raise refusals.wrong_type("messages", "an array of objects", messages)
    if not messages:
        raise refusals.invalid(
            "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
            "messages",
            "empty_array",
        )
    for index, message in enumerate(messages):
        _check_message(f"messages[{index}]", message, roles)
    _check_tool_order(messages)
    return messages


def text_of(message: dict[str, Any]) -> str:
    """The text of a message, its parts joined by line breaks."""
    content = message.get("content")
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    return "\n".join(part["text"] for part in content if part["type"] == "text")


def images_in(message: dict[str, Any]) -> int:
    content = message.get("content")
    if not isinstance(content, list):
        return 0
    return sum(part["type"] == "image_url" for part in content)


def _check_message(param: str, message: Any, roles: tuple[str, ...]) -> None:
    if not isinstance(message, dict):
        raise refusals.wrong_type(param, "an object", message)
    role = message.get("role")
    if role is None:
        raise refusals.missing(f"{param}.role")
    if role not in roles:
        raise refusals.wrong_value(f"{param}.role", role, roles)
    _check_name(f"{param}.name", message.get("name"))
    if role == "tool" and not isinstance(message.get("tool_call_id"), str):
        raise refusals.missing(f"{param}.tool_call_id")
    if role == "assistant" and (message.get("tool_calls") or message.get("function_call") or message.get("refusal")):
        _check_tool_calls(f"{param}.tool_calls", message.get("tool_calls"))
        if message.get("content") is None:
            return
    _check_content(f"{param}.content", role, message.get("content"))


def _check_name(param: str, name: Any) -> None:
    if name is None:
        return
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise refusals.invalid(
            f"Invalid '{param}': string does not match pattern. Expected a string that matches the pattern"
            r" '^[^\s<|\\/>]+$'.",
            param,
            "invalid_value",
        )


def _check_content(param: str, role: str, content: Any) -> None:
    if content is None:
        raise refusals.invalid(f"Invalid value for '{param.rpartition('.')[2]}': expected a string, got null.", param)
    if isinstance(content, str):
        return
    if not isinstance(content, list):
        raise refusals.wrong_type(param, "one of a string or array of objects", content)
    if not content:
        raise refusals.invalid(
            f"Invalid '{param}': empty array. Expected an array with minimum length 1, but got an empty array instead.",
            param,
            "empty_array",
        )
    for index, part in enumerate(content):
        _check_part(f"{param}[{index}]", role, part)


def _check_part(param: str, role: str, part: Any) -> None:
    if not isinstance(part, dict):
        raise refusals.wrong_type(param, "an object", part)
    allowed = _PARTS.get(role, ("text",))
    if part.get("type") not in allowed:
        raise refusals.wrong_value(f"{param}.type", part.get("type"), allowed)
    if part["type"] == "text" and not isinstance(part.get("text"), str):
        raise refusals.missing(f"{param}.text")
    if part["type"] == "image_url":
        _check_image(f"{param}.image_url", part.get("image_url"))


def _check_image(param: str, image: Any) -> None:
    url = image.get("url") if isinstance(image, dict) else None
    if not isinstance(url, str):
        raise refusals.missing(f"{param}.url")
    if not url.startswith(("https://", "http://", "data:image/")):
        raise refusals.invalid(
            f"Invalid '{param}.url'. Expected a valid URL or a base64-encoded data URL.", param, "invalid_image_url"
        )


def _check_tool_calls(param: str, calls: Any) -> None:
    if calls is None:
        return
    if not isinstance(calls, list):
        raise refusals.wrong_type(param, "an array of objects", calls)
    for index, call in enumerate(calls):
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict) or not isinstance(call.get("id"), str):
            raise refusals.missing(f"{param}[{index}].function")


def _check_tool_order(messages: list[dict[str, Any]]) -> None:
    """Every tool call is answered by the tool messages right after it, and no other tool message exists."""
    owed: set[str] = set()
    for index, message in enumerate(messages):
        if message["role"] == "tool":
            if message["tool_call_id"] not in owed:
                raise refusals.invalid(
                    "Invalid parameter: messages with role 'tool' must be a response to a preceding message with"
                    " 'tool_calls'.",
                    f"messages.[{index}].role",
                )
            owed.discard(message["tool_call_id"])
            continue
        _check_answered(owed, index)
        owed = {call["id"] for call in message.get("tool_calls") or ()} if message["role"] == "assistant" else set()
    _check_answered(owed, len(messages))


def _check_answered(owed: set[str], index: int) -> None:
    if not owed:
        return
    raise refusals.invalid(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'."
        f" The following tool_call_ids did not have response messages: {', '.join(sorted(owed))}",
        f"messages.[{index}].role",
    )

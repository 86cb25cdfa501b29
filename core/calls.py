"""One call of a model, and the request that it becomes: only what the model takes."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from core import chat, pictures, tokens
from core.chat import ChatMessage
from core.endpoints import Capabilities, Model
from core.tokens import Count
from storage.tool_turns import CallTurn
from storage.words import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is asked of a model. `cache_key` and `person` are identities (see `identity`), never names or ids.

    With `must_answer` it may call none of its tools any more. `tokens` is about how many of them the request takes, and
    0 where nobody has counted.
    """

    model: Model
    messages: Sequence[ChatMessage]
    temperature: float | None = None
    effort: str = ""
    cache_key: str = ""
    person: str = ""
    tools: tuple[Mapping[str, Any], ...] = ()
    must_answer: bool = False
    tokens: int = 0

    @property
    def has_images(self) -> bool:
        return any(message.images for message in self.messages)


def beside(messages: Sequence[ChatMessage], tools: Sequence[Mapping[str, Any]], count: Count) -> int:
    """About how many tokens are taken by what was called, and by the tools that may be."""
    texts = [text for one in messages for text in (one.content, *(call.name + call.arguments for call in one.calls))]
    named = count(json.dumps(tools, ensure_ascii=False)) if tools else 0
    return named + sum(count(text) + tokens.PER_MESSAGE for text in texts)


def identity(*parts: object) -> str:
    """A name for something that tells nobody what it is: platform.openai.com/docs/guides/safety-best-practices."""
    return sha256("\x1f".join(("parley", *map(str, parts))).encode()).hexdigest()[:40]


def parameters(call: Call, takes: Capabilities) -> dict[str, Any]:
    """The body of the request, as this model takes it."""
    has_tools = bool(call.tools) and takes.tools
    body: dict[str, Any] = {
        "model": call.model.name,
        "messages": messages(_sayable(call.messages, takes) if has_tools else chat.without_calls(call.messages), takes),
        "stream": takes.streams,
    }
    if takes.usage and takes.streams:
        body["stream_options"] = {"include_usage": True}
    if call.temperature is not None and takes.hottest > 0:
        body["temperature"] = min(call.temperature, takes.hottest)
    if call.effort and takes.effort:
        body[takes.effort] = call.effort if takes.effort == "reasoning_effort" else {"effort": call.effort}
    if call.model.endpoint.most_tokens is not None:
        body[takes.limit] = call.model.endpoint.most_tokens
    if call.cache_key and takes.cache_key:
        body["prompt_cache_key"] = call.cache_key
    if call.person and takes.safety_identifier:
        body["safety_identifier"] = call.person
    if has_tools:
        body |= _with_tools(call, takes)
    return body


def _with_tools(call: Call, takes: Capabilities) -> dict[str, Any]:
    """Some models take tools only where they do not reason: platform.openai.com/docs/guides/reasoning."""
    more: dict[str, Any] = {"tools": list(call.tools)}
    if call.must_answer:
        more["tool_choice"] = "none"
    if takes.effort == "reasoning_effort" and not takes.reasons_with_tools:
        more["reasoning_effort"] = "none"
    return more


def messages(given: Sequence[ChatMessage], takes: Capabilities) -> list[dict[str, Any]]:
    """The messages with the system prompt where this model looks for it."""
    if takes.system_role == "user":
        given = _folded(given)
    return [_message(message, takes) for message in given]


def _sayable(given: Sequence[ChatMessage], takes: Capabilities) -> Sequence[ChatMessage]:
    """What led to the calls of earlier answers is not kept, so a model that wants to know is not told of them."""
    return chat.without_earlier_calls(given) if takes.wants_thoughts else given


def _message(message: ChatMessage, takes: Capabilities) -> dict[str, Any]:
    said: dict[str, Any] = {"role": _role(message, takes), "content": content(message)}
    if message.calls:
        said["content"] = said["content"] or None
        said["tool_calls"] = [_tool_call(call) for call in message.calls]
        if takes.wants_thoughts:
            said["reasoning_content"] = message.calls[0].thoughts
    if message.call_id:
        said["tool_call_id"] = message.call_id
    return said


def _tool_call(call: CallTurn) -> dict[str, Any]:
    function = {"name": call.name, "arguments": call.arguments}
    made: dict[str, Any] = {"id": call.call_id, "type": "function", "function": function}
    return made if call.extra is None else made | {"extra_content": call.extra}


def content(message: ChatMessage) -> str | list[dict[str, Any]]:
    """The text alone, or with the images behind it: platform.openai.com/docs/guides/images-vision."""
    text = message.content.encode("utf-8", "replace").decode()
    if not message.images:
        return text
    parts: list[dict[str, Any]] = [{"type": "text", "text": text}]
    return parts + [{"type": "image_url", "image_url": {"url": _data_url(image)}} for image in message.images]


def _role(message: ChatMessage, takes: Capabilities) -> str:
    return takes.system_role if message.role is Role.SYSTEM else message.role.value


def _folded(given: Sequence[ChatMessage]) -> list[ChatMessage]:
    """The system prompt as the beginning of the first question."""
    system = "\n\n".join(message.content for message in given if message.role is Role.SYSTEM)
    first, *others = [message for message in given if message.role is not Role.SYSTEM]
    return [ChatMessage(first.role, f"{system}\n\n{first.content}", first.images), *others]


def _data_url(image: bytes) -> str:
    return f"data:{pictures.media_type(image)};base64,{b64encode(image).decode('ascii')}"

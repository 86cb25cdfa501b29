"""The messages of a request, in the words of chat completions, and what an answer had done by tools among them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from storage.tool_turns import CallTurn
from storage.words import Role

PARAGRAPH = "\n\n"


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message. `calls` are the tools that an assistant's wants called, `call_id` is what a tool's answers."""

    role: Role
    content: str
    images: tuple[bytes, ...] = ()
    calls: tuple[CallTurn, ...] = ()
    call_id: str = ""


def of_calls(calls: Sequence[CallTurn]) -> list[ChatMessage]:
    """Each round of calls as the assistant's message and the results that belong to it."""
    found: list[ChatMessage] = []
    for _, group in groupby(calls, key=lambda call: call.round):
        round_ = tuple(group)
        found.append(ChatMessage(Role.ASSISTANT, round_[0].said, calls=round_))
        found += [ChatMessage(Role.TOOL, call.result, call_id=call.call_id) for call in round_]
    return found


def said_before(calls: Sequence[CallTurn]) -> str:
    """What of an answer's text was said before its tools had been called, as it stands at its beginning."""
    return "".join(f"{call.said}{PARAGRAPH}" for call in calls if call.said.strip())


def of_answer(text: str, calls: Sequence[CallTurn]) -> list[ChatMessage]:
    """An answer with what it had done by tools: the calls, the results, and what was said after them.

    One in which nothing was said after them is its text alone: templates of open models want an answer after a result.
    """
    after = text.removeprefix(said_before(calls))
    if not after.strip():
        return [ChatMessage(Role.ASSISTANT, text)]
    return [*of_calls(calls), ChatMessage(Role.ASSISTANT, after)]


def without_calls(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """The same for a model that takes no tools: what was called is left out, neighbours of one role are one."""
    if not any(message.calls for message in messages):
        return list(messages)
    spoken = [ChatMessage(one.role, one.content, one.images) for one in messages if one.role is not Role.TOOL]
    spoken = [one for one in spoken if one.role is not Role.ASSISTANT or one.content.strip()]
    return [together(role, list(group)) for role, group in groupby(spoken, key=lambda message: message.role)]


def without_earlier_calls(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """The same with nothing of what was called before the newest question."""
    asked = max((index for index, one in enumerate(messages) if one.role is Role.USER), default=0)
    return [*without_calls(messages[:asked]), *messages[asked:]]


def together(role: Role, group: Sequence[ChatMessage]) -> ChatMessage:
    content = PARAGRAPH.join(message.content for message in group)
    return ChatMessage(role, content, tuple(image for message in group for image in message.images))


def merged(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """The same with an assistant's message joined to the next one of an assistant, if it has no calls between them."""
    found: list[ChatMessage] = []
    for message in messages:
        before = found[-1] if found else None
        if before is not None and before.role is message.role is Role.ASSISTANT and not before.calls:
            content = PARAGRAPH.join(one for one in (before.content, message.content) if one)
            found[-1] = replace(message, content=content, images=before.images + message.images)
        else:
            found.append(message)
    return found

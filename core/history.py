"""Stored turns become the role-tagged messages of a chat completions request."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from core import enclosed, prompt, tokens
from storage.claims import Turn, Work
from storage.words import AuthorKind, FileKind, Role

OWN_EARLIER = "Parley (earlier)"


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a request, in the words of chat completions."""

    role: Role
    content: str
    images: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What the model is asked with, and the names of files that it is not given, each with the reason."""

    messages: list[ChatMessage]
    left_out: list[tuple[str, str]]


def request(work: Work, house_rules: str, token_budget: int, *, sees: bool = True) -> Request:
    """The system prompt and the newest turns that fit into `token_budget`, oldest first.

    After the system message the roles alternate, beginning and ending with the user, as every endpoint accepts. The
    system prompt and the newest turn are always there, even beyond the budget; its files are not.
    """
    system = ChatMessage(Role.SYSTEM, prompt.system_prompt(work, house_rules))
    left = token_budget - tokens.estimate(system.content) - tokens.PER_MESSAGE
    turns = newest_that_fit(work.turns, left, sees=sees)
    return Request([system, *_alternating(turns)], enclosed.left_out(turns))


def newest_that_fit(turns: Sequence[Turn], token_budget: int, *, sees: bool = True) -> Sequence[Turn]:
    """The longest run of newest turns within the budget, and at least the newest one, with what fits of their files."""
    left = token_budget
    kept: list[Turn] = []
    for turn in reversed(turns):
        left -= tokens.estimate(turn.text) + tokens.PER_MESSAGE
        if left < 0 and kept:
            break
        if turn.files:
            turn, taken = enclosed.shown(turn, left, sees=sees)
            left -= taken
        kept.append(turn)
    return kept[::-1]


def _alternating(turns: Sequence[Turn]) -> list[ChatMessage]:
    said = [ChatMessage(_role(turn), _content(turn), _images(turn)) for turn in turns]
    for index, message in enumerate(said):
        if message.role is Role.USER:
            break
        said[index] = ChatMessage(Role.USER, f"{OWN_EARLIER}: {message.content}")
    return [_together(role, list(group)) for role, group in groupby(said, key=lambda message: message.role)]


def _role(turn: Turn) -> Role:
    return Role.ASSISTANT if turn.author_kind is AuthorKind.SELF else Role.USER


def _content(turn: Turn) -> str:
    if turn.author_kind is AuthorKind.SELF:
        return turn.text
    mark = " (bot)" if turn.author_kind is AuthorKind.BOT else ""
    return f"{turn.author_name}{mark}: {turn.text}"


def _images(turn: Turn) -> tuple[bytes, ...]:
    return tuple(file.image for file in turn.files if file.kind is FileKind.IMAGE)


def _together(role: Role, group: list[ChatMessage]) -> ChatMessage:
    content = "\n\n".join(message.content for message in group)
    return ChatMessage(role, content, tuple(image for message in group for image in message.images))

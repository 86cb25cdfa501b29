"""Stored turns become the role-tagged messages of a chat completions request."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from core import prompt, tokens
from storage.replies import Turn, Work
from storage.words import AuthorKind, Role

OWN_EARLIER = "Parley (earlier)"


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a request, in the words of chat completions."""

    role: Role
    content: str


def request_messages(work: Work, house_rules: str, token_budget: int) -> list[ChatMessage]:
    """The system prompt and the newest turns that fit into `token_budget`, oldest first.

    After the system message the roles alternate, beginning and ending with the user, as every endpoint accepts. The
    system prompt and the newest turn are always there, even beyond the budget.
    """
    system = ChatMessage(Role.SYSTEM, prompt.system_prompt(work, house_rules))
    left = token_budget - tokens.estimate(system.content) - tokens.PER_MESSAGE
    return [system, *_alternating(newest_that_fit(work.turns, left))]


def newest_that_fit(turns: Sequence[Turn], token_budget: int) -> Sequence[Turn]:
    """The longest run of newest turns within the budget, and at least the newest one."""
    left = token_budget
    for index in range(len(turns) - 1, -1, -1):
        left -= tokens.estimate(turns[index].text) + tokens.PER_MESSAGE
        if left < 0:
            return turns[min(index + 1, len(turns) - 1) :]
    return turns


def _alternating(turns: Sequence[Turn]) -> list[ChatMessage]:
    said = [(_role(turn), _content(turn)) for turn in turns]
    for index, (role, content) in enumerate(said):
        if role is Role.USER:
            break
        said[index] = (Role.USER, f"{OWN_EARLIER}: {content}")
    return [ChatMessage(role, _paragraphs(group)) for role, group in groupby(said, key=lambda pair: pair[0])]


def _role(turn: Turn) -> Role:
    return Role.ASSISTANT if turn.author_kind is AuthorKind.SELF else Role.USER


def _content(turn: Turn) -> str:
    if turn.author_kind is AuthorKind.SELF:
        return turn.text
    mark = " (bot)" if turn.author_kind is AuthorKind.BOT else ""
    return f"{turn.author_name}{mark}: {turn.text}"


def _paragraphs(group: Iterable[tuple[Role, str]]) -> str:
    return "\n\n".join(content for _, content in group)

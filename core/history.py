"""Stored turns become the role-tagged messages of a chat completions request."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from core import chat, enclosed, prompt, tokens
from core.chat import ChatMessage
from core.prompt import Layer
from core.tokens import Count
from storage.claims import Turn, Work
from storage.summaries import Summary
from storage.words import AuthorKind, FileKind, Role

OWN_EARLIER = "Parley (earlier)"
SUMMARY_MARK = "[A summary, made automatically, of the conversation before the messages that follow]"


@dataclass(frozen=True, slots=True)
class Taken:
    """A turn that the model is given: as it was said, as it is shown, and about how many tokens that takes."""

    said: Turn
    shown: Turn
    tokens: int


@dataclass(frozen=True, slots=True)
class Request:
    """What the model is asked with, and of what that was made.

    `layer_tokens` is about how many tokens each layer of the system prompt takes; `left_out` has the names of files
    that the model is not given, each with the reason. `summary` stands in place of older turns, if it does, and takes
    `summary_tokens`. `no_room` turns that were read are neither there nor in it; `forgets` holds when any of the
    thread's turns, read or not, is not there as it was said.
    """

    messages: list[ChatMessage]
    left_out: list[tuple[str, str]]
    layers: Sequence[Layer]
    layer_tokens: Sequence[int]
    taken: Sequence[Taken]
    summary: Summary | None = None
    summary_tokens: int = 0
    no_room: int = 0
    forgets: bool = False

    @property
    def tokens(self) -> int:
        """About how many tokens it takes."""
        turns = sum(one.tokens for one in self.taken)
        return sum(self.layer_tokens) + tokens.PER_MESSAGE + self.summary_tokens + turns


def request(
    work: Work, layers: Sequence[Layer], token_budget: int, *, sees: bool = True, count: Count = tokens.estimate
) -> Request:
    """The system prompt and the newest turns that fit into `token_budget`, as `count` has it, oldest first.

    After the system message the roles alternate, beginning and ending with the user, as every endpoint accepts. The
    system prompt, the newest turn and the trigger are always there, even beyond the budget; their files are not. When
    turns fall out, the summary stands in place of all that it covers, so that the beginning stays the same for long.
    """
    system = ChatMessage(Role.SYSTEM, prompt.joined(layers))
    layer_tokens = [count(layer.text) for layer in layers]
    left = token_budget - sum(layer_tokens) - tokens.PER_MESSAGE
    turns, summary, summary_tokens = work.turns, None, 0
    taken = newest_that_fit(turns, left, sees=sees, count=count, trigger=work.trigger_row)
    forgets = work.older or len(taken) < len(turns)
    if forgets and work.summary is not None:
        takes = count(summarised(work.summary).text) + tokens.PER_MESSAGE
        if takes <= left // 2:
            turns, summary, summary_tokens = not_covered(turns, work.summary), work.summary, takes
            taken = newest_that_fit(turns, left - takes, sees=sees, count=count, trigger=work.trigger_row)
    shown = [one.shown for one in taken]
    told = [summarised(summary), *shown] if summary is not None else shown
    return Request(
        messages=[system, *_alternating(told)],
        left_out=enclosed.left_out(shown),
        layers=layers,
        layer_tokens=layer_tokens,
        taken=taken,
        summary=summary,
        summary_tokens=summary_tokens,
        no_room=len(turns) - len(taken),
        forgets=forgets,
    )


def summarised(summary: Summary) -> Turn:
    """What is given in place of the turns that a summary covers; Parley says it, and marks it as one."""
    return Turn(Role.ASSISTANT, AuthorKind.SELF, "", "", f"{SUMMARY_MARK}\n{summary.text}")


def not_covered(turns: Sequence[Turn], summary: Summary) -> tuple[Turn, ...]:
    """The turns that come after what a summary covers; all of them when it ends before the first."""
    ends = (index for index, turn in enumerate(turns, 1) if turn.message_id == summary.up_to_id)
    return tuple(turns[next(ends, 0) :])


def newest_that_fit(
    turns: Sequence[Turn],
    token_budget: int,
    *,
    sees: bool = True,
    count: Count = tokens.estimate,
    trigger: int = 0,
) -> Sequence[Taken]:
    """The longest run of newest turns within the budget, and at least the newest one, with what fits of their files.

    The turn of the row `trigger` is there as well, even when it comes before that run.
    """
    asked = next((turn for turn in turns[:-1] if trigger and turn.message_id == trigger), None)
    saved = _holding(asked, 0, sees=sees, count=count).tokens if asked is not None else 0
    left = token_budget - saved
    kept: list[Taken] = []
    for turn in reversed(turns):
        is_asked = turn is asked
        if is_asked:
            left, asked = left + saved, None
        one = _taken(turn, left, sees=sees, count=count)
        if one.tokens > left and kept and not is_asked:
            break
        kept.append(one)
        left -= one.tokens
    if asked is not None:
        kept.append(_taken(asked, left + saved, sees=sees, count=count))
    return kept[::-1]


def _taken(turn: Turn, token_budget: int, *, sees: bool, count: Count) -> Taken:
    """The turn within the budget, if it can be: its text is always whole."""
    one = _holding(turn, token_budget, sees=sees, count=count)
    return one if one.tokens <= token_budget else _holding(turn, 0, sees=sees, count=count)


def _holding(turn: Turn, token_budget: int, *, sees: bool, count: Count) -> Taken:
    """The turn, with as much of its files and of what it had done by tools as the budget has room for."""
    takes = count(_content(turn)) + tokens.PER_MESSAGE
    shown, files_take = enclosed.shown(turn, token_budget - takes, sees=sees, count=count) if turn.files else (turn, 0)
    left = token_budget - takes - files_take
    shown, calls_take = _with_calls_that_fit(shown, left // 2, count) if turn.calls else (shown, 0)
    return Taken(turn, shown, takes + files_take + calls_take)


def _with_calls_that_fit(turn: Turn, token_budget: int, count: Count) -> tuple[Turn, int]:
    """An answer with all that it had done by tools, or with nothing of it, and how many tokens that takes."""
    texts = [text for call in turn.calls for text in (call.name, call.arguments, call.result)]
    takes = sum(count(text) + tokens.PER_MESSAGE for text in texts)
    return (turn, takes) if takes <= token_budget else (replace(turn, calls=()), 0)


def _alternating(turns: Sequence[Turn]) -> list[ChatMessage]:
    """Neighbours of one role are one message, but for what an answer had done by tools: that stands in between."""
    said = zip(turns, spoken(turns), strict=True)
    return [
        message for role, group in groupby(said, key=lambda pair: pair[1].role) for message in _of_role(role, [*group])
    ]


def _of_role(role: Role, group: Sequence[tuple[Turn, ChatMessage]]) -> list[ChatMessage]:
    if role is not Role.ASSISTANT or not any(turn.calls for turn, _ in group):
        return [chat.together(role, [message for _, message in group])]
    parts = [chat.of_answer(message.content, turn.calls) if turn.calls else [message] for turn, message in group]
    return chat.merged([message for part in parts for message in part])


def spoken(turns: Sequence[Turn]) -> list[ChatMessage]:
    """The turns as messages, one for each: what Parley said before anybody else is told by the user."""
    said = [ChatMessage(_role(turn), _content(turn), _images(turn)) for turn in turns]
    for index, message in enumerate(said):
        if message.role is Role.USER:
            break
        said[index] = ChatMessage(Role.USER, f"{OWN_EARLIER}: {message.content}")
    return said


def _role(turn: Turn) -> Role:
    return Role.ASSISTANT if turn.author_kind is AuthorKind.SELF else Role.USER


def _content(turn: Turn) -> str:
    if turn.author_kind is AuthorKind.SELF:
        return turn.text
    mark = " (bot)" if turn.author_kind is AuthorKind.BOT else ""
    return f"{turn.author_name}{mark}: {turn.text}"


def _images(turn: Turn) -> tuple[bytes, ...]:
    return tuple(file.image for file in turn.files if file.kind is FileKind.IMAGE)

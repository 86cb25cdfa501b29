"""Why an answer says what it says: all that it was made from, as somebody may see it, and how that reads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from core.prompt import Source
from core.record import TryKept
from storage.words import Role, ToolState

SOURCES = {
    Source.HOUSE_RULES: "House rules, set by whoever runs Parley",
    Source.WORKSPACE_PROMPT: "The workspace's prompt",
    Source.BUILT_IN: "Parley's own prompt, as the workspace has none",
    Source.PERSONA: "The persona",
    Source.FACTS: "Facts",
}


class LayerShown(msgspec.Struct, kw_only=True):
    """A layer of the system prompt: its text, who made it so and when, and in `note` what is not as it was."""

    source: Source
    name: str = ""
    tokens: int
    text: str
    change_id: int | None = None
    changed_by: str = ""
    changed_at: datetime | None = None
    note: str = ""


class TurnShown(msgspec.Struct, kw_only=True):
    """A message of the thread as the model was given it, or in `note` why that cannot be shown any more."""

    message_id: int
    tokens: int
    text: str
    note: str = ""


class MessageShown(msgspec.Struct, kw_only=True):
    """A message of the request, put together from those of the thread that follow each other in one role."""

    role: Role
    turns: list[TurnShown]

    @property
    def tokens(self) -> int:
        return sum(turn.tokens for turn in self.turns)


class ToolShown(msgspec.Struct, kw_only=True):
    """A call of a tool, and what came of it."""

    name: str
    arguments: str
    state: ToolState
    result: str


class LeftOut(msgspec.Struct):
    """What the model was not given, and why."""

    what: str
    why: str


class Times(msgspec.Struct, kw_only=True):
    """When each step was reached; of a step that was not, None."""

    queued: datetime | None
    started: datetime | None
    first_token: datetime | None
    first_visible: datetime | None
    done: datetime


class Tokens(msgspec.Struct, kw_only=True):
    """As the model's provider counts them; None where it says nothing."""

    read: int | None
    cached: int | None
    written: int | None
    reasoning: int | None


class Why(msgspec.Struct, kw_only=True):
    """One version of an answer. `versions` are those of which something is kept."""

    reply: int
    version: int
    versions: list[int]
    state: str
    error: str
    asked_by: str
    asked_at: datetime
    persona: str
    model: str
    endpoint: str
    parameters: Mapping[str, object]
    tried: list[TryKept]
    finish_reason: str
    times: Times
    tokens: Tokens
    cost_usd: float | None
    layers: list[LayerShown]
    messages: list[MessageShown]
    tools: list[ToolShown]
    left_out: list[LeftOut]


@dataclass(frozen=True, slots=True)
class Told:
    """A line about something, and its own text below, as it is."""

    line: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading and what stands below it."""

    title: str
    told: tuple[Told, ...]


UNKNOWN = (Told("Nothing is kept of it: no model was asked, or another process had begun this answer."),)


def passages(why: Why) -> list[Passage]:
    """All of it in words; lines are plain, and texts are Markdown as people and models wrote it."""
    layers = sum(layer.tokens for layer in why.layers)
    turns = sum(message.tokens for message in why.messages)
    return [
        Passage(_title(why), tuple(_summary(why))),
        Passage(f"What the model was told first (about {layers:,} tokens)", tuple(map(_layer, why.layers)) or UNKNOWN),
        Passage(f"The conversation that it was given (about {turns:,} tokens)", tuple(_conversation(why)) or UNKNOWN),
        *([Passage("Tools called", tuple(map(_tool, why.tools)))] if why.tools else []),
        Passage("Left out", tuple(Told(f"{one.what}: {one.why}.") for one in why.left_out) or (Told("Nothing."),)),
    ]


def render(why: Why) -> str:
    """All of it as Markdown."""
    return "\n\n".join(f"**{passage.title}**\n{_below(passage)}" for passage in passages(why))


def plain(why: Why) -> dict[str, object]:
    """All of it for JSON."""
    built: dict[str, object] = msgspec.to_builtins(why)
    return built


def _below(passage: Passage) -> str:
    return "\n".join(f"- {told.line}" + (f"\n{quoted(told.text)}" if told.text else "") for told in passage.told)


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _title(why: Why) -> str:
    which = f", version {why.version} of {max(why.versions)}" if max(why.versions) > 1 else ""
    return f"Answer {why.reply}{which}: {why.state}"


def _summary(why: Why) -> Iterator[Told]:
    yield Told(f"Asked by {why.asked_by or 'somebody whose message is deleted'} at {_moment(why.asked_at)}.")
    yield Told(_model(why))
    for tried in why.tried:
        yield Told(f"{tried.model} was asked in vain: {tried.why}.")
    if why.error or why.finish_reason not in ("", "stop"):
        yield Told(f"It ended with {why.error or why.finish_reason}.")
    yield Told(_times(why.times))
    yield Told(_tokens(why))


def _model(why: Why) -> str:
    if not why.model:
        return "No model was asked."
    endpoint = f" of the endpoint {why.endpoint}" if why.endpoint else ""
    persona = f", speaking as {why.persona!r}" if why.persona else ""
    set_to = "".join(f", {name} {_value(value)}" for name, value in why.parameters.items())
    return f"Model: {why.model}{endpoint}{persona}{set_to}."


def _value(value: object) -> str:
    return " ".join(f"{name} {one}" for name, one in value.items()) if isinstance(value, Mapping) else str(value)


def _times(times: Times) -> str:
    """The moments as seconds after the first of them."""
    first = times.queued or times.started or times.done
    steps = {
        "started": times.started,
        "first token": times.first_token,
        "first visible": times.first_visible,
        "done": times.done,
    }
    after = [f"{name} after {(at - first).total_seconds():.2f} s" for name, at in steps.items() if at is not None]
    return f"Queued at {_moment(first)}; {', '.join(after)}."


def _tokens(why: Why) -> str:
    tokens = why.tokens
    if tokens.read is None and tokens.written is None:
        return "The provider did not say how many tokens it took."
    cached = f" ({tokens.cached:,} of them cached)" if tokens.cached else ""
    reasoning = f" ({tokens.reasoning:,} of them for reasoning)" if tokens.reasoning else ""
    cost = f"; it cost ${why.cost_usd:.6f}" if why.cost_usd is not None else ""
    return f"{tokens.read or 0:,} tokens read{cached} and {tokens.written or 0:,} written{reasoning}{cost}."


def _layer(layer: LayerShown) -> Told:
    name = f" {layer.name!r}" if layer.name else ""
    by = f", set by {layer.changed_by or 'somebody'} at {_moment(layer.changed_at)}" if layer.changed_at else ""
    change = f" (change {layer.change_id})" if layer.change_id is not None else ""
    note = f". {layer.note}" if layer.note else ""
    return Told(f"{SOURCES[layer.source]}{name}, about {layer.tokens:,} tokens{by}{change}{note}", layer.text)


def _tool(tool: ToolShown) -> Told:
    return Told(f"{tool.name} with {tool.arguments}: {tool.state.value}", tool.result)


def _conversation(why: Why) -> Iterator[Told]:
    for message in why.messages:
        for turn in message.turns:
            note = f". {turn.note}" if turn.note else ""
            yield Told(f"{message.role.value}, about {turn.tokens:,} tokens{note}", turn.text)


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"

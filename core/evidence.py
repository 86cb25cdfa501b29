"""A record put together again with what it points to, as that is now: what the model was given, and what is no more."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from core import enclosed, history, record, templates
from core.prompt import Source
from core.record import MICRO, FileKept, LayerKept, Record, SummaryKept, TurnKept
from core.why import LayerShown, LeftOut, MessageShown, Times, Tokens, ToolShown, TurnShown, Why
from storage.claims import Turn
from storage.incoming import File
from storage.records import Asked, Kept, Said
from storage.summaries import Summary
from storage.tables import Change
from storage.tool_turns import CallTurn
from storage.words import AuthorKind, FileKind, Role

# What a change of the prompt, and one of a persona, has the text under.
FIELDS = {Source.WORKSPACE_PROMPT: "prompt", Source.PERSONA: "instruction"}

CHANGED = "It was changed since: this is how it is now."
DELETED = "It was deleted since."
EDITED = "It was edited since: this is what it says now."
REMOVED = "It is not kept any more."
NO_SUMMARY = Summary(0, 0, "")
OUTDATED = "It was a summary, and is not kept any more: something that it covered was edited or deleted since."


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a record points to, as it is now.

    `written` is what each layer says by now, for those that no known change has made; `older` is how many messages come
    before all that the record tells of; `calls` are those of tools that this version of the answer made; `summary` is
    the one that it was given, if that still holds.
    """

    messages: Mapping[int, Said]
    changes: Mapping[int, Change]
    written: Mapping[Source, str]
    older: int
    calls: Sequence[CallTurn] = ()
    summary: Summary | None = None


def why(asked: Asked, kept: Kept, versions: Sequence[int], told: Record, evidence: Evidence) -> Why:
    """One version of an answer, with all that it was made from."""
    return Why(
        reply=asked.reply_id,
        version=kept.version,
        versions=sorted(versions),
        state=told.state,
        error=told.error,
        asked_by=asked.asker_name,
        asked_at=asked.asked_at,
        persona=told.persona,
        model=told.model,
        endpoint=told.endpoint,
        parameters=told.parameters,
        tried=told.tried,
        finish_reason=told.finish_reason,
        times=_times(kept, told),
        tokens=_tokens(told),
        cost_usd=None if told.cost_microusd is None else told.cost_microusd / MICRO,
        layers=[_layer(layer, told, evidence) for layer in told.layers],
        messages=_messages(told, evidence),
        tools=[_tool(call) for call in evidence.calls],
        left_out=[*_older_left_out(told, evidence), *_files_left_out(told.turns, evidence.messages)],
    )


def _times(kept: Kept, told: Record) -> Times:
    return Times(
        queued=told.queued_at,
        started=told.started_at,
        first_token=told.first_token_at,
        first_visible=told.first_shown_at,
        done=kept.settled_at,
    )


def _tokens(told: Record) -> Tokens:
    return Tokens(
        read=told.tokens_in, cached=told.tokens_cached, written=told.tokens_out, reasoning=told.tokens_reasoning
    )


def _layer(layer: LayerKept, told: Record, evidence: Evidence) -> LayerShown:
    change = evidence.changes.get(layer.change_id) if layer.change_id is not None else None
    text = layer.text or _text(layer, told, change, evidence)
    return LayerShown(
        source=layer.source,
        name=told.persona if layer.source is Source.PERSONA else "",
        tokens=layer.tokens,
        text=text,
        change_id=layer.change_id,
        changed_by=change.actor_name if change else "",
        changed_at=change.at if change else None,
        note="" if record.digest(text) == layer.digest else CHANGED if text else REMOVED,
    )


def _text(layer: LayerKept, told: Record, change: Change | None, evidence: Evidence) -> str:
    """What was written for a layer, with what its templates stood for then."""
    if change is not None and layer.source in FIELDS:
        written = str(json.loads(change.after).get(FIELDS[layer.source], ""))
    else:
        written = evidence.written.get(layer.source, "")
    return templates.expand(written, told.values).strip()


def _messages(told: Record, evidence: Evidence) -> list[MessageShown]:
    """Put together as for the request: neighbours of one role are one message."""
    said = [evidence.messages.get(kept.message_id) for kept in told.turns]
    before = [] if told.summary is None else [history.summarised(evidence.summary or NO_SUMMARY)]
    spoken = history.spoken([*before, *map(_turn, told.turns, said)])
    contents = [message.content for message in spoken]
    turns = [] if told.summary is None else [_shown_summary(told.summary, evidence.summary, contents.pop(0))]
    turns += map(_shown, told.turns, contents, said)
    roles = (message.role for message in spoken)
    return [
        MessageShown(role=role, turns=[turn for _, turn in group])
        for role, group in groupby(zip(roles, turns, strict=True), lambda pair: pair[0])
    ]


def _shown_summary(kept: SummaryKept, summary: Summary | None, content: str) -> TurnShown:
    holds = summary is not None and record.checksum(summary.text) == kept.checksum
    return TurnShown(message_id=0, tokens=kept.tokens, text=content if holds else "", note="" if holds else OUTDATED)


def _turn(kept: TurnKept, said: Said | None) -> Turn:
    """The message with as much of its files as the model was given."""
    if said is None:
        return Turn(Role.USER, AuthorKind.PERSON, "", "", "")
    files = [_file(file, its) for file, its in zip(said.turn.files, kept.files, strict=False)]
    return enclosed.with_files(said.turn, files)


def _file(file: File, kept: FileKept) -> File:
    text = file.text[: kept.characters] if kept.kind is FileKind.TEXT else ""
    return replace(file, kind=kept.kind, text=text, note=kept.note)


def _shown(kept: TurnKept, content: str, said: Said | None) -> TurnShown:
    if said is None or said.deleted_at is not None:
        return TurnShown(message_id=kept.message_id, tokens=kept.tokens, text="", note=DELETED)
    note = "" if record.checksum(said.turn.text) == kept.checksum else EDITED
    return TurnShown(message_id=kept.message_id, tokens=kept.tokens, text=content, note=note)


def _tool(call: CallTurn) -> ToolShown:
    return ToolShown(name=call.name, arguments=call.arguments, state=call.state, result=call.result)


def _older_left_out(told: Record, evidence: Evidence) -> Iterator[LeftOut]:
    if told.no_room:
        room = f"the window of the model has room for about {told.prompt_tokens:,} tokens of prompt"
        yield LeftOut(f"{told.no_room} older messages" if told.no_room > 1 else "an older message", room)
    if told.summary is not None:
        yield LeftOut("all older messages", "the summary before the others stands in their place")
        return
    read = len(told.turns) + told.no_room
    if evidence.older and read >= told.most_turns:
        yield LeftOut(
            f"{evidence.older} messages before those", f"at most {told.most_turns} of a conversation are read"
        )


def _files_left_out(turns: Sequence[TurnKept], messages: Mapping[int, Said]) -> Iterator[LeftOut]:
    for kept in turns:
        said = messages.get(kept.message_id)
        for file, its in zip(said.turn.files if said else (), kept.files, strict=False):
            if its.note:
                yield LeftOut(f"{file.name}, which {said.turn.author_name if said else ''} shared", its.note)

"""What the model has said of one reply so far, and what is made of it in the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import structlog

from core import record, texts
from core.endpoints import Model
from core.errors import Fault, Kind, ModelTrouble, PlatformTrouble
from core.history import Request
from core.record import MICRO, Record, TryKept
from core.stream import Finish, together
from storage.claims import Work
from storage.replies import Outcome
from storage.states import ReplyState

log = structlog.get_logger()

# How replies fail that neither the model nor the platform is to blame for.
OWN_FAILURES = frozenset({"over_cap", "withheld", "no_question", "empty", "cut_off"})


@dataclass(slots=True)
class Draft:
    """What the model was asked, what it has said so far, and how it ended.

    `values` is what templates of the prompt stood for, if it has any; `prompt_tokens` is what the request may take.
    `summarises` holds where a summary takes the place of older messages.
    `left_out` and `forgets` are what people are told of what the model was not given: of files, and of older messages.
    `near` tells them that a cap is near, `refused` that one would be passed; `reserved` holds when something was set
    aside for it. `spent` is how earlier requests for it ended, after which tools were called. `model` is the one that
    was asked last. `withheld` is what people are told when the answer, or the rest of it, is not shown.
    """

    request: Request | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    prompt_tokens: int = 0
    summarises: bool = False
    first_token_at: datetime | None = None
    texts: list[str] = field(default_factory=list)
    finish: Finish = field(default_factory=Finish)
    spent: list[Finish] = field(default_factory=list)
    model: Model | None = None
    trouble: ModelTrouble | None = None
    left_out: str = ""
    forgets: str = ""
    near: str = ""
    refused: str = ""
    reserved: bool = False
    withheld: str = ""
    unasked: bool = False
    stopped: bool = False
    interrupted: bool = False

    @property
    def text(self) -> str:
        """All that was said so far; from then on it is held in one piece, which takes a tenth of the memory."""
        if len(self.texts) > 1:
            self.texts[:] = ["".join(self.texts)]
        return "".join(self.texts)

    def add(self, text: str) -> None:
        """More of the answer has come."""
        if not self.texts:
            self.first_token_at = datetime.now(UTC)
        self.texts.append(text)

    @property
    def total(self) -> Finish:
        """How it ended, with what all requests for it took."""
        return together([*self.spent, self.finish])

    def next_round(self) -> None:
        """The model has called tools, and will be asked again with what came of that."""
        self.spent.append(self.finish)
        self.finish = Finish()


def outcome_of(draft: Draft) -> Outcome:
    """What is stored of a draft: the model's own words, never a note of ours."""
    state, error = ReplyState.DONE, ""
    if draft.stopped:
        state = ReplyState.STOPPED
    elif draft.interrupted:
        state = ReplyState.INTERRUPTED
    elif draft.refused:
        state, error = ReplyState.FAILED, "over_cap"
    elif draft.trouble is not None:
        state, error = ReplyState.FAILED, str(draft.trouble)
    elif draft.withheld:
        state, error = ReplyState.FAILED, "withheld"
    elif not draft.text.strip():
        state, error = ReplyState.FAILED, "no_question" if draft.unasked else "empty"
    elif not draft.finish.end:
        state, error = ReplyState.FAILED, "cut_off"
    finish = draft.total
    return Outcome(
        state=state,
        text=draft.text,
        error=error,
        model=finish.model,
        endpoint=finish.endpoint,
        finish_reason=finish.reason,
        tokens_in=finish.tokens_in,
        tokens_out=finish.tokens_out,
        tokens_cached=finish.tokens_cached,
        tokens_reasoning=finish.tokens_reasoning,
        cost_microusd=None if finish.cost_usd is None else round(finish.cost_usd * MICRO),
        first_token_at=draft.first_token_at,
        called=bool(draft.spent),
        told=bool(draft.forgets),
        reserved=draft.reserved,
    )


def recorded(outcome: Outcome, work: Work, draft: Draft, most_turns: int) -> Outcome:
    """The outcome with the record of what it was made from; `most_turns` of the thread were read."""
    kept = Record(
        state=outcome.state.value,
        error=outcome.error,
        model=outcome.model,
        endpoint=outcome.endpoint,
        finish_reason=outcome.finish_reason,
        persona=work.persona_name,
        queued_at=work.queued_at,
        started_at=work.started_at,
        first_token_at=outcome.first_token_at,
        first_shown_at=outcome.first_shown_at,
        tokens_in=outcome.tokens_in,
        tokens_out=outcome.tokens_out,
        tokens_cached=outcome.tokens_cached,
        tokens_reasoning=outcome.tokens_reasoning,
        cost_microusd=outcome.cost_microusd,
        parameters=draft.finish.sent,
        tried=[TryKept(one.model, one.why) for one in draft.total.tried],
        values=dict(draft.values),
        prompt_tokens=draft.prompt_tokens,
        most_turns=most_turns,
        oldest_id=work.turns[0].message_id if work.turns else 0,
    )
    if draft.request is not None:
        kept.layers = record.layers_of(draft.request)
        kept.turns = record.turns_of(draft.request.taken)
        kept.summary = record.summary_of(draft.request)
        kept.no_room = draft.request.no_room
    called = outcome.called or bool(work.called)
    return replace(outcome, persona_name=work.persona_name, record=record.packed(kept), called=called)


def failure(outcome: Outcome, draft: Draft) -> str:
    """Why a reply failed, as one of few words; empty for one that did not."""
    if outcome.state is not ReplyState.FAILED:
        return ""
    if draft.trouble is not None and outcome.error == str(draft.trouble):
        return draft.trouble.fault.value
    return outcome.error if outcome.error in OWN_FAILURES else "not_shown"


def forgets(work: Work, request: Request, *, summarises: bool) -> str:
    """What people are told, by one reply of a thread, when older messages of it have no place any more."""
    if not request.forgets or work.told_by not in (None, work.reply_id):
        return ""
    return texts.OLDER_SUMMARISED if summarises else texts.OLDER_LEFT_OUT


def not_shown(outcome: Outcome, trouble: PlatformTrouble) -> Outcome:
    """The platform took no more of the reply: a person deleted it, or it failed."""
    gone = trouble.kind is Kind.MISSING
    log.warning("reply.not_shown", kind=trouble.kind.value, code=trouble.code)
    return replace(outcome, state=ReplyState.STOPPED if gone else ReplyState.FAILED, error=str(trouble))


def closing_note(draft: Draft, reference: str) -> str:
    """What is shown below (or instead of) an answer that is not whole, or not to everything; empty for others."""
    notes = [note for note in (draft.left_out, draft.forgets, draft.near, _note(draft, reference)) if note]
    if not draft.text.strip():
        return "\n\n".join(reversed(notes))
    return "".join(f"\n\n_{note}_" for note in notes)


def _note(draft: Draft, reference: str) -> str:
    if draft.stopped:
        return texts.STOPPED
    if draft.interrupted:
        return texts.INTERRUPTED
    if draft.refused:
        return draft.refused
    if draft.trouble is not None:
        return texts.model_trouble(draft.trouble, reference)
    if draft.withheld:
        return draft.withheld
    if draft.unasked:
        return texts.NO_QUESTION
    if not draft.text.strip():
        return nothing_said(draft.finish)
    return texts.ENDINGS.get(draft.finish.reason, "")


def nothing_said(finish: Finish) -> str:
    """Why an answer that ended properly holds no text, as far as its end tells."""
    if finish.reason == "length":
        return texts.THOUGHT_ONLY
    if finish.reason == "content_filter":
        return texts.MODEL_TROUBLE[Fault.BLOCKED]
    return texts.EMPTY_ANSWER

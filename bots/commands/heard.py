"""What came of one answer in the terminal, and how it is told: a line for people, JSON for programs."""

from dataclasses import dataclass, field
from typing import Any

from core import texts
from core.endpoints import Model
from core.stream import Finish, together


@dataclass(slots=True)
class Heard:
    """An answer, as far as it has come; `model` is the one that was asked last.

    `spent` is how earlier requests for it ended, after which tools were `called`.
    """

    texts: list[str] = field(default_factory=list)
    finish: Finish = field(default_factory=Finish)
    spent: list[Finish] = field(default_factory=list)
    called: list[dict[str, str]] = field(default_factory=list)
    model: Model | None = None
    first_text_s: float | None = None
    seconds: float = 0.0
    stopped: bool = False

    @property
    def text(self) -> str:
        return "".join(self.texts)

    @property
    def total(self) -> Finish:
        """How it ended, with what all requests for it took."""
        return together([*self.spent, self.finish])


def plain(heard: Heard) -> dict[str, Any]:
    """Everything that is known of an answer."""
    finish = heard.total
    return {
        "model": heard.model.ref if heard.model is not None else None,
        "text": heard.text,
        "tools": heard.called,
        "finish_reason": finish.reason,
        "stopped": heard.stopped,
        "tokens_in": finish.tokens_in,
        "tokens_cached": finish.tokens_cached,
        "tokens_out": finish.tokens_out,
        "tokens_reasoning": finish.tokens_reasoning,
        "cost_usd": None if finish.cost_usd is None else float(finish.cost_usd),
        "first_text_s": None if heard.first_text_s is None else round(heard.first_text_s, 3),
        "seconds": round(heard.seconds, 3),
    }


def summary(heard: Heard) -> str:
    """Such as `gpt-5 · 120 tokens in (64 cached), 40 out · $0.0012 · first text after 0.4 s, whole after 2.1 s`."""
    return " · ".join(part for part in (_model(heard), _tokens(heard.total), _cost(heard.total), _times(heard)) if part)


def ending(heard: Heard) -> str:
    """A sentence about an answer that is not whole; empty for others."""
    if heard.stopped:
        return ""
    return texts.ENDINGS.get(heard.finish.reason, "") if heard.text.strip() else texts.EMPTY_ANSWER


def _model(heard: Heard) -> str:
    return heard.model.ref if heard.model is not None else ""


def _tokens(finish: Finish) -> str:
    if finish.tokens_in is None or finish.tokens_out is None:
        return ""
    cached = f" ({finish.tokens_cached} cached)" if finish.tokens_cached else ""
    thought = f" ({finish.tokens_reasoning} to think)" if finish.tokens_reasoning else ""
    return f"{finish.tokens_in} tokens in{cached}, {finish.tokens_out} out{thought}"


def _cost(finish: Finish) -> str:
    return "" if finish.cost_usd is None else f"${finish.cost_usd:.6f}".rstrip("0").rstrip(".")


def _times(heard: Heard) -> str:
    if heard.first_text_s is None:
        return "stopped before any text came" if heard.stopped else ""
    end = "stopped" if heard.stopped else "whole"
    return f"first text after {heard.first_text_s:.1f} s, {end} after {heard.seconds:.1f} s"

"""Reads the stream of a chat completion: bytes in, texts out, and how it ended.

Source: platform.openai.com/docs/api-reference/chat-streaming. The work for each chunk is constant; what an endless or
absurd stream can take is bounded. Only what an answer cannot do without has to be of the documented type.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from core import faults, wording
from core.callings import Callings, CallPiece, ToolCall
from core.errors import Fault
from core.thinking import Thinking

MOST_CHARACTERS = 500_000
MOST_LINE_BYTES = 2_000_000
MOST_TOKENS = 1_000_000_000
MOST_USD = 1_000
DONE = b"[DONE]"
# How others say the same: docs.mistral.ai/api, api-docs.deepseek.com, docs.z.ai, docs.vllm.ai, ai.google.dev.
REASONS = {
    "max_tokens": "length",
    "model_length": "length",
    "sensitive": "content_filter",
    "content_filter": "content_filter",
    "error": "error",
    "network_error": "error",
    "insufficient_system_resource": "error",
    "abort": "error",
}

Counted = TypeVar("Counted", int, Decimal)


class _Delta(msgspec.Struct):
    content: Any = None
    refusal: Any = None
    tool_calls: list[CallPiece] | None = None
    reasoning_content: Any = None
    reasoning: Any = None


class _Choice(msgspec.Struct):
    delta: _Delta | None = None
    message: _Delta | None = None
    finish_reason: Any = None


class _Chunk(msgspec.Struct):
    choices: list[_Choice] | None = None
    usage: Any = None
    model: Any = None
    object: Any = None
    code: Any = None
    type: Any = None
    error: Any = None


@dataclass(frozen=True, slots=True)
class Tried:
    """A request that came to nothing: which model was asked, and the short code of why."""

    model: str
    why: str


@dataclass(slots=True)
class Finish:
    """How an answer ended; `reason` is empty when the stream broke off without one.

    `tokens_in` include those that the provider had cached, `tokens_out` those spent on reasoning. `cost_usd` is what
    the provider itself says that the answer cost, where it does. `thought` tells of reasoning that was not shown,
    and `thoughts` are its pieces, for those who want them given back with the calls that they led to.
    `sent` are the parameters of the request that was answered, `tried` the requests before it. With `calls`, the model
    wants these tools called before it goes on.
    """

    reason: str = ""
    model: str = ""
    endpoint: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    tokens_cached: int | None = None
    tokens_reasoning: int | None = None
    cost_usd: Decimal | None = None
    refused: bool = False
    thought: bool = False
    thoughts: list[str] = field(default_factory=list)
    calls: list[ToolCall] = field(default_factory=list)
    sent: dict[str, object] = field(default_factory=dict)
    tried: list[Tried] = field(default_factory=list)

    def begin(self, endpoint: str, model: str, sent: dict[str, object]) -> None:
        """A request is made: what was known of an earlier one that came to nothing is forgotten."""
        self.reason, self.model, self.endpoint, self.sent = "", model, endpoint, sent
        self.tokens_in = self.tokens_out = self.tokens_cached = self.tokens_reasoning = None
        self.cost_usd, self.refused, self.thought, self.thoughts, self.calls = None, False, False, [], []

    @property
    def end(self) -> str:
        """Why the whole answer ended; empty while tools are to be called first."""
        return "" if self.calls else self.reason


def together(finishes: Sequence[Finish]) -> Finish:
    """How the last of several requests ended, with what all of them took; what none of them tells is not known."""
    last = finishes[-1]
    if len(finishes) == 1:
        return last
    return replace(
        last,
        tokens_in=_sum([one.tokens_in for one in finishes]),
        tokens_out=_sum([one.tokens_out for one in finishes]),
        tokens_cached=_sum([one.tokens_cached for one in finishes]),
        tokens_reasoning=_sum([one.tokens_reasoning for one in finishes]),
        cost_usd=_sum([one.cost_usd for one in finishes]),
        thought=any(one.thought for one in finishes),
        tried=[tried for one in finishes for tried in one.tried],
    )


def _sum(values: Sequence[Counted | None]) -> Counted | None:
    known = [value for value in values if value is not None]
    return sum(known[1:], start=known[0]) if known else None


class Decoder:
    """One stream. `live` is the number of chunks so far that show that the model works, thinking included; it is `over`
    once it has said so, whatever comes after that."""

    def __init__(self, finish: Finish) -> None:
        self.finish = finish
        self.live = 0
        self.over = False
        self._decode = msgspec.json.Decoder(_Chunk).decode
        self._thinking = Thinking()
        self._callings: Callings | None = None
        self._rest = b""
        self._begun, self._streaming = False, True
        self._characters = self._thought = 0

    def feed(self, data: bytes) -> Iterator[str]:
        """The texts that have become whole. Raises ModelTrouble for what is no stream, or says an error.

        A body that is no event stream is gathered up, to be read as one completion at its end.
        """
        rest = self._rest + data if self._rest else data
        if len(rest) > MOST_LINE_BYTES:
            raise faults.trouble(Fault.ENDLESS, "line_too_long")
        if not self._begun and (first := rest.lstrip()[:1]):
            self._begun, self._streaming = True, first not in (b"{", b"<", b"[")
        if not self._streaming:
            self._rest = rest
            return
        *lines, self._rest = rest.split(b"\n")
        for line in lines:
            if not self.over and line.startswith(b"data:") and (text := self._data(line[5:].strip())):
                yield text

    def end(self) -> Iterator[str]:
        """The texts that are left when no more bytes will come. Raises ModelTrouble as `feed` does."""
        line, self._rest = self._rest.strip(), b""
        if line.startswith(b"data:"):
            line = line[5:].strip()
        if line and not self.over and not line.startswith(b":") and (text := self._data(line)):
            yield text
        if text := self._thinking.end(whole=bool(self.finish.reason)):
            yield text

    def _data(self, data: bytes) -> str:
        if data == DONE:
            self.over = True
            self._ended(self.finish.reason or "stop")
            return ""
        if not data:
            return ""
        try:
            chunk = self._decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            fault = Fault.GARBLED if self._streaming and data[:1] != b"<" else Fault.NO_API
            raise faults.trouble(fault, "not_a_completion") from error
        if chunk.error or chunk.object == "error":
            told = chunk.error or {"code": chunk.code, "type": chunk.type}
            code, window = f"error_in_stream:{faults.code_of(told)}", faults.window_of(told)
            raise faults.trouble(faults.of_error_event(told), code, window=window)
        if isinstance(chunk.usage, dict):
            self._use(chunk.usage)
        if chunk.model and chunk.model != self.finish.model:
            self.finish.model = wording.clean(chunk.model) or self.finish.model
        return self._said(chunk.choices[0]) if chunk.choices else ""

    def _said(self, choice: _Choice) -> str:
        if choice.finish_reason and (reason := wording.clean(choice.finish_reason)):
            self._ended(REASONS.get(reason.lower().partition(":")[0], reason))
        said = choice.delta or choice.message
        if said is None:
            return ""
        content = wording.clean(parts(said.content))
        if said.reasoning_content or said.reasoning or (said.content and not content):
            self.live += 1
            self.finish.thought = True
            self._think(said.reasoning_content)
        if said.tool_calls:
            self._call(said.tool_calls)
        refusal = wording.clean(said.refusal) if said.refusal else ""
        self.finish.refused = self.finish.refused or bool(refusal)
        text = content or refusal
        if not text:
            return ""
        self.live += 1
        self._characters += len(text)
        if self._characters > MOST_CHARACTERS:
            raise faults.trouble(Fault.ENDLESS, "too_many_characters")
        text = self._thinking.feed(text)
        self.finish.thought = self.finish.thought or self._thinking.hiding
        return text

    def _think(self, thought: Any) -> None:
        if isinstance(thought, str):
            self._thought += len(thought)
            if self._thought <= MOST_CHARACTERS:
                self.finish.thoughts.append(thought)

    def _call(self, pieces: list[CallPiece]) -> None:
        self.live += 1
        self._callings = self._callings or Callings()
        self._callings.feed(pieces)
        if self.finish.reason:
            self.finish.calls = self._callings.whole()

    def _ended(self, reason: str) -> None:
        """A server that ends with the reason `error` has not ended: openrouter.ai/docs/api-reference/errors."""
        if reason == "error":
            raise faults.trouble(Fault.BROKEN, "finish_reason:error")
        self.finish.reason = reason
        if self._callings is not None:
            self.finish.calls = self._callings.whole()
        else:
            self.finish.thoughts = []

    def _use(self, usage: dict[str, Any]) -> None:
        finish = self.finish
        finish.tokens_in = counted(usage, "prompt_tokens")
        finish.tokens_out = counted(usage, "completion_tokens")
        finish.tokens_cached = counted(usage.get("prompt_tokens_details"), "cached_tokens")
        finish.tokens_reasoning = counted(usage.get("completion_tokens_details"), "reasoning_tokens")
        cost = usage.get("cost")
        if isinstance(cost, int | float) and 0 <= cost <= MOST_USD:
            finish.cost_usd = Decimal(str(cost))


def counted(usage: Any, name: str) -> int | None:
    """How many tokens a server says that there were, where that is a number."""
    said = usage.get(name) if isinstance(usage, dict) else None
    return int(said) if isinstance(said, int | float) and 0 <= said <= MOST_TOKENS else None


def parts(content: Any) -> str:
    """The text of an answer, whole or in parts, without those of thinking: docs.mistral.ai/capabilities/reasoning."""
    if not isinstance(content, list):
        return content if isinstance(content, str) else ""
    texts = (part.get("text") for part in content if isinstance(part, dict) and part.get("type") == "text")
    return "".join(text for text in texts if isinstance(text, str))

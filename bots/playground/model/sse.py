"""Server-sent events as OpenAI streams a completion (https://platform.openai.com/docs/api-reference/chat-streaming)."""

from dataclasses import dataclass
from typing import Any

import msgspec

DONE = b"data: [DONE]\n\n"
_ENCODER = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Usage:
    """What a completion cost."""

    prompt: int
    completion: int
    cached: int = 0
    reasoning: int = 0
    details: bool = True
    cost_usd: float | None = None

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "prompt_tokens": self.prompt,
            "completion_tokens": self.completion,
            "total_tokens": self.prompt + self.completion,
        }
        if self.cost_usd is not None:
            body["cost"] = self.cost_usd
        if not self.details:
            return body
        return body | {
            "prompt_tokens_details": {"cached_tokens": self.cached, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": self.reasoning,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        }


class Chunks:
    """The chunks of one completion; what all of them share is encoded once."""

    def __init__(self, completion_id: str, model: str, created: int, *, with_usage: bool) -> None:
        shared = {
            "id": completion_id,
            "object": "chat.completion.chunk",
            "created": created,
            "model": model,
            "service_tier": "default",
            "system_fingerprint": "fp_playground",
        }
        self._head = b"data: " + _ENCODER.encode(shared)[:-1]
        self._tail = (b',"usage":null' if with_usage else b"") + b"}\n\n"
        self._before = self._head + b',"choices":[{"index":0,"delta":{"content":'
        self._after = b'},"logprobs":null,"finish_reason":null}]' + self._tail

    def role(self) -> bytes:
        """The first chunk: who speaks, and no text yet."""
        delta = b'{"role":"assistant","content":"","refusal":null}'
        return b"".join(
            (
                self._head,
                b',"choices":[{"index":0,"delta":',
                delta,
                b',"logprobs":null,"finish_reason":null}]',
                self._tail,
            )
        )

    def text(self, piece: str) -> bytes:
        return self._before + _ENCODER.encode(piece) + self._after

    def empty(self) -> bytes:
        """A chunk without choices, as Azure begins with: it holds what its filter found in the prompt."""
        return self._head + b',"choices":[],"prompt_filter_results":[]' + self._tail

    def delta(self, field: str, piece: str) -> bytes:
        """A piece of anything but the answer's text, such as a refusal or a thought."""
        choice = {"index": 0, "delta": {field: piece}, "logprobs": None, "finish_reason": None}
        return self._head + b',"choices":[' + _ENCODER.encode(choice) + b"]" + self._tail

    def calls(self, piece: list[dict[str, Any]]) -> bytes:
        """A piece of the calls of tools."""
        choice = {"index": 0, "delta": {"tool_calls": piece}, "logprobs": None, "finish_reason": None}
        return self._head + b',"choices":[' + _ENCODER.encode(choice) + b"]" + self._tail

    def finish(self, reason: str) -> bytes:
        choice = {"index": 0, "delta": {}, "logprobs": None, "finish_reason": reason}
        return self._head + b',"choices":[' + _ENCODER.encode(choice) + b"]" + self._tail

    def usage(self, usage: Usage) -> bytes:
        """The last chunk, without choices, sent only when the request asked for it."""
        return self._head + b',"choices":[],"usage":' + _ENCODER.encode(usage.body()) + b"}\n\n"


def error_event(error: Any) -> bytes:
    """An error in the middle of a stream, as some servers send it."""
    return b"data: " + _ENCODER.encode({"error": error}) + b"\n\n"

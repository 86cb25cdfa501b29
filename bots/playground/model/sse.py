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

    def body(self) -> dict[str, Any]:
        return {
            "prompt_tokens": self.prompt,
            "completion_tokens": self.completion,
            "total_tokens": self.prompt + self.completion,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": 0,
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

    def finish(self, reason: str) -> bytes:
        choice = {"index": 0, "delta": {}, "logprobs": None, "finish_reason": reason}
        return self._head + b',"choices":[' + _ENCODER.encode(choice) + b"]" + self._tail

    def usage(self, usage: Usage) -> bytes:
        """The last chunk, without choices, sent only when the request asked for it."""
        return self._head + b',"choices":[],"usage":' + _ENCODER.encode(usage.body()) + b"}\n\n"


def error_event(error: Any) -> bytes:
    """An error in the middle of a stream, as some servers send it."""
    return b"data: " + _ENCODER.encode({"error": error}) + b"\n\n"

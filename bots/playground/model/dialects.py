"""How the servers that speak this API differ: what each refuses or passes over, and how it words errors and streams.

Sources: learn.microsoft.com/azure/ai-foundry/openai/reference, platform.claude.com/docs/en/api/openai-sdk,
openrouter.ai/docs/api-reference, docs.ollama.com/api/openai-compatibility, docs.vllm.ai (OpenAI-compatible server),
lmstudio.ai/docs/app/api/endpoints/openai, and the README of llama.cpp's server.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bots.playground.model.refusals import Refused

ROLES = ("system", "assistant", "user", "function", "tool", "developer")
OPEN_ROLES = ("system", "assistant", "user", "tool")


class Kind(StrEnum):
    OPENAI = "openai"
    AZURE = "azure"
    ANTHROPIC = "anthropic"
    OPENROUTER = "openrouter"
    OLLAMA = "ollama"
    VLLM = "vllm"
    LMSTUDIO = "lmstudio"
    LLAMACPP = "llamacpp"


def _as_openai(refused: Refused) -> Any:
    error = {"message": refused.message, "type": refused.type, "param": refused.param, "code": refused.code}
    return {"error": error}


def _as_anthropic(refused: Refused) -> Any:
    return {"type": "error", "error": {"type": refused.type, "message": refused.message}}


def _with_status(refused: Refused) -> Any:
    return {"error": {"code": refused.status, "message": refused.message, "type": refused.type}}


def _as_vllm(refused: Refused) -> Any:
    error = {"message": refused.message, "type": "BadRequestError", "param": None, "code": refused.status}
    return {"error": error}


def _in_words(refused: Refused) -> Any:
    return {"error": refused.message}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One kind of server. What it neither knows nor `refuses` it passes over, unless it is `strict`.

    `thoughts` is the field of a delta that holds reasoning, empty where none is told; `comment` is sent before the
    stream to keep the connection, and `opens_empty` begins it with a chunk without choices.
    """

    strict: bool = False
    refuses: tuple[str, ...] = ()
    roles: tuple[str, ...] = ROLES
    body: Callable[[Refused], Any] = _as_openai
    thoughts: str = ""
    details: bool = False
    comment: str = ""
    opens_empty: bool = False
    cost_usd: float | None = None


DIALECTS: Mapping[Kind, Dialect] = MappingProxyType(
    {
        Kind.OPENAI: Dialect(strict=True, details=True),
        Kind.AZURE: Dialect(strict=True, details=True, refuses=("safety_identifier",), opens_empty=True),
        Kind.ANTHROPIC: Dialect(body=_as_anthropic),
        Kind.OPENROUTER: Dialect(
            body=_with_status, thoughts="reasoning", details=True, comment="OPENROUTER PROCESSING", cost_usd=0.0025
        ),
        Kind.OLLAMA: Dialect(thoughts="reasoning", roles=OPEN_ROLES),
        Kind.VLLM: Dialect(body=_as_vllm, thoughts="reasoning_content", roles=OPEN_ROLES),
        Kind.LMSTUDIO: Dialect(body=_in_words, thoughts="reasoning_content", roles=OPEN_ROLES),
        Kind.LLAMACPP: Dialect(body=_with_status, thoughts="reasoning_content", roles=OPEN_ROLES),
    }
)

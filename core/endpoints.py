"""The endpoints that models are asked at: what kinds there are, and what each of them takes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlsplit

from core import tokens
from core.tokens import Count, Measured

DEFAULT, OWN = "default", "own"
OPENAI_REASONING = re.compile(r"(?:o[1-9]|gpt-(?:[5-9]|\d\d))(?!.*chat)")


class EndpointKind(StrEnum):
    """Whose chat completions API it is; each speaks it a little differently."""

    OPENAI = "openai"
    AZURE = "azure"
    ANTHROPIC = "anthropic"
    OPENROUTER = "openrouter"
    OLLAMA = "ollama"
    VLLM = "vllm"
    LMSTUDIO = "lmstudio"
    LLAMACPP = "llamacpp"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What an endpoint takes in a request.

    `limit` is its name for the most tokens of an answer, `effort` the one for how much to reason (none, when empty).
    `system_role` is the role of the system prompt; with `user`, it is put before the first question. A temperature
    beyond `hottest` is cooled down to it, and none is sent where that is 0. Without `reasons_with_tools`, it takes
    tools only where it is told not to reason; where it `wants_thoughts`, calls only with the thoughts that led to them.
    Where it does not stream, answers come whole: help.openai.com/en/articles/10910291-api-organization-verification.
    """

    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    system_role: Literal["system", "developer", "user"] = "system"
    streams: bool = True
    usage: bool = True
    tools: bool = True
    reasons_with_tools: bool = True
    wants_thoughts: bool = False
    vision: bool = True
    hottest: float = 2.0
    effort: Literal["", "reasoning_effort", "reasoning"] = "reasoning_effort"
    cache_key: bool = False
    safety_identifier: bool = False


# platform.openai.com/docs/api-reference/chat/create; learn.microsoft.com/azure/ai-foundry/openai/reference;
# platform.claude.com/docs/en/api/openai-sdk; openrouter.ai/docs/api-reference; docs.ollama.com/api/openai-compatibility
CAPABILITIES: Mapping[EndpointKind, Capabilities] = MappingProxyType(
    {
        EndpointKind.OPENAI: Capabilities(limit="max_completion_tokens", cache_key=True, safety_identifier=True),
        EndpointKind.AZURE: Capabilities(limit="max_completion_tokens", cache_key=True),
        EndpointKind.ANTHROPIC: Capabilities(hottest=1.0, effort=""),
        EndpointKind.OPENROUTER: Capabilities(effort="reasoning"),
        EndpointKind.OLLAMA: Capabilities(),
        EndpointKind.VLLM: Capabilities(),
        EndpointKind.LMSTUDIO: Capabilities(),
        EndpointKind.LLAMACPP: Capabilities(),
        EndpointKind.OTHER: Capabilities(),
    }
)
HOSTS = {
    "api.openai.com": EndpointKind.OPENAI,
    "openai.azure.com": EndpointKind.AZURE,
    "services.ai.azure.com": EndpointKind.AZURE,
    "cognitiveservices.azure.com": EndpointKind.AZURE,
    "api.anthropic.com": EndpointKind.ANTHROPIC,
    "openrouter.ai": EndpointKind.OPENROUTER,
    "ollama.com": EndpointKind.OLLAMA,
}
PORTS = {
    11434: EndpointKind.OLLAMA,
    1234: EndpointKind.LMSTUDIO,
}
# What a window has where nobody has set it. More is rarely worth what it costs.
USUAL_WINDOW = 100_000
# docs.ollama.com/context-length: what a local one gives a model by default on most machines; it cuts longer prompts
# without a word.
OLLAMA_WINDOW = 4_096
# platform.openai.com/docs/models
SMALL_WINDOWS = (
    (re.compile(r"gpt-4(-\d{4})?"), 8_192),
    (re.compile(r"gpt-4-32k.*"), 32_768),
    (re.compile(r"gpt-3\.?5.*instruct.*"), 4_096),
    (re.compile(r"gpt-3\.?5.*"), 16_385),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One address with its key. `models` are those that people may choose there, the first one its default.

    `corrections` are what the operator has said of its capabilities, against the defaults of its kind. One that a
    workspace has brought along is `owned_by` that workspace's row, may be reached in public networks only when
    `must_be_public`, and is never followed anywhere else. Without `context_tokens` each model has the window that is
    known of it. `encoding` is what its models' tokens are counted by, where their names do not tell: one of tiktoken's,
    or `none`.
    """

    name: str
    kind: EndpointKind
    base_url: str
    key: str = field(default="", repr=False)
    models: tuple[str, ...] = ()
    context_tokens: int | None = None
    answer_tokens: int
    most_tokens: int | None = None
    encoding: str = ""
    corrections: Mapping[str, object] = field(default_factory=dict)
    owned_by: int | None = None
    must_be_public: bool = False

    @property
    def identity(self) -> tuple[str, int | None]:
        """What tells it apart from every other endpoint in this process."""
        return self.name, self.owned_by


@dataclass(frozen=True, slots=True)
class Model:
    """A model at an endpoint; `capabilities` are as far as they are known by now, and so is `measured`.

    `count` tells how many tokens it makes of a text.
    """

    endpoint: Endpoint
    name: str
    capabilities: Capabilities
    measured: Measured = field(default_factory=Measured)
    count: Count = tokens.estimate

    @property
    def ref(self) -> str:
        """As people choose it."""
        if self.endpoint.name == DEFAULT:
            return self.name
        return f"{self.endpoint.name}/{self.name}"

    @property
    def identity(self) -> tuple[object, ...]:
        """What tells it apart from every other model in this process, and from itself where it is counted otherwise."""
        return (*self.endpoint.identity, self.endpoint.base_url, self.name, self.count)

    @property
    def window(self) -> int:
        """How many tokens a request and its answer may have together."""
        return self.endpoint.context_tokens or known_window(self.endpoint, self.name)

    @property
    def prompt_tokens(self) -> int:
        """How many tokens, as `count` has them, a request may have, so that room is left for the answer.

        That is half of the window at least.
        """
        return self.measured.budget(self.beside_answer(self.window))

    def beside_answer(self, window: int) -> int:
        """What a window holds beside the room that is kept for the answer."""
        return window - min(self.endpoint.answer_tokens, window // 2)

    @property
    def sees(self) -> bool:
        return self.capabilities.vision


def known_window(endpoint: Endpoint, model: str) -> int:
    """The window of a model as far as it is documented, or what is usual."""
    in_cloud = model.endswith("cloud") or (urlsplit(endpoint.base_url).hostname or "").endswith("ollama.com")
    if endpoint.kind is EndpointKind.OLLAMA and not in_cloud:
        return OLLAMA_WINDOW
    name = model.rpartition("/")[2]
    return next((window for pattern, window in SMALL_WINDOWS if pattern.fullmatch(name)), USUAL_WINDOW)


def guessed(base_url: str) -> EndpointKind:
    """The kind of an endpoint, as far as its address tells."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    for known, kind in HOSTS.items():
        if host == known or host.endswith(f".{known}"):
            return kind
    return PORTS.get(parts.port or 0, EndpointKind.OTHER)


def capabilities(endpoint: Endpoint, model: str) -> Capabilities:
    """What a model takes by all that is documented, and by what the operator has said of its endpoint.

    OpenAI's reasoning models take an effort and no temperature, its other ones the other way round:
    platform.openai.com/docs/guides/reasoning.
    """
    known = CAPABILITIES[endpoint.kind]
    if endpoint.kind in (EndpointKind.OPENAI, EndpointKind.AZURE):
        if OPENAI_REASONING.match(model):
            known = replace(known, hottest=0.0, system_role="developer")
        else:
            known = replace(known, effort="")
    return replace(known, **endpoint.corrections)  # type: ignore[arg-type]

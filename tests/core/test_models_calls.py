from typing import Any

import pytest

from core import calls, chat, corrections
from core.calls import Call, identity
from core.chat import ChatMessage
from core.endpoints import Capabilities, Endpoint, EndpointKind, Model, capabilities, guessed
from storage.tool_turns import CallTurn
from storage.words import Role

MESSAGES = [
    ChatMessage(Role.SYSTEM, "Be kind."),
    ChatMessage(Role.USER, "Ann: hello"),
    ChatMessage(Role.ASSISTANT, "Hello."),
    ChatMessage(Role.USER, "Ann: and now?"),
]


def body(kind: EndpointKind, name: str = "some-model", **changed: Any) -> dict[str, Any]:
    endpoint = Endpoint(
        name="default", kind=kind, base_url="http://x/v1", context_tokens=9_000, answer_tokens=1_000, most_tokens=500
    )
    takes = capabilities(endpoint, name)
    asked: dict[str, Any] = {"temperature": 1.4, "effort": "low", "cache_key": "cache", "person": "person"} | changed
    return calls.parameters(Call(model=Model(endpoint, name, takes), messages=MESSAGES, **asked), takes)


@pytest.mark.parametrize(
    ("kind", "name", "sent"),
    [
        (EndpointKind.OPENAI, "gpt-4o", {"max_completion_tokens": 500, "temperature": 1.4}),
        (EndpointKind.OPENAI, "gpt-5-mini", {"max_completion_tokens": 500, "reasoning_effort": "low"}),
        (EndpointKind.OPENAI, "o4-mini", {"max_completion_tokens": 500, "reasoning_effort": "low"}),
        (EndpointKind.OPENAI, "gpt-5-chat-latest", {"max_completion_tokens": 500, "temperature": 1.4}),
        (EndpointKind.AZURE, "gpt-4o", {"max_completion_tokens": 500, "temperature": 1.4}),
        (EndpointKind.ANTHROPIC, "claude", {"max_tokens": 500, "temperature": 1.0}),
        (EndpointKind.OPENROUTER, "a/b", {"max_tokens": 500, "temperature": 1.4, "reasoning": {"effort": "low"}}),
        (EndpointKind.OLLAMA, "qwen", {"max_tokens": 500, "temperature": 1.4, "reasoning_effort": "low"}),
        (EndpointKind.VLLM, "qwen", {"max_tokens": 500, "temperature": 1.4, "reasoning_effort": "low"}),
        (EndpointKind.LMSTUDIO, "qwen", {"max_tokens": 500, "temperature": 1.4, "reasoning_effort": "low"}),
        (EndpointKind.LLAMACPP, "qwen", {"max_tokens": 500, "temperature": 1.4, "reasoning_effort": "low"}),
        (EndpointKind.OTHER, "qwen", {"max_tokens": 500, "temperature": 1.4, "reasoning_effort": "low"}),
    ],
)
def test_each_kind_is_sent_what_it_takes(kind: EndpointKind, name: str, sent: dict[str, Any]) -> None:
    given = body(kind, name)
    always = {"model", "messages", "stream", "stream_options", "prompt_cache_key", "safety_identifier"}
    assert {key: value for key, value in given.items() if key not in always} == sent
    assert given["stream_options"] == {"include_usage": True}
    assert ("prompt_cache_key" in given) is (kind in (EndpointKind.OPENAI, EndpointKind.AZURE))
    assert ("safety_identifier" in given) is (kind is EndpointKind.OPENAI)


def test_what_is_not_set_is_not_sent() -> None:
    given = body(EndpointKind.OPENAI, "gpt-4o", temperature=None, effort="", cache_key="", person="")
    assert given.keys() == {"model", "messages", "stream", "stream_options", "max_completion_tokens"}


@pytest.mark.parametrize(
    ("role", "roles"),
    [
        ("system", ["system", "user", "assistant", "user"]),
        ("developer", ["developer", "user", "assistant", "user"]),
        ("user", ["user", "assistant", "user"]),
    ],
)
def test_the_system_prompt_is_where_the_model_looks_for_it(role: Any, roles: list[str]) -> None:
    given = calls.messages(MESSAGES, Capabilities(system_role=role))
    assert [message["role"] for message in given] == roles
    assert given[0]["content"].startswith("Be kind.")
    assert given[-1]["content"] == "Ann: and now?"


def called(name: str, **given_back: Any) -> list[ChatMessage]:
    call = CallTurn(round=0, number=0, call_id=name, name=name, arguments="{}", result="42", **given_back)
    return chat.of_calls([call])


def test_a_model_is_given_back_what_led_to_its_calls_where_it_wants_that() -> None:
    now = called("now", thoughts="I look it up.", extra={"google": {"thought_signature": "s"}})
    given = [
        ChatMessage(Role.USER, "Ann: hi"),
        *called("before"),
        ChatMessage(Role.ASSISTANT, "Hello."),
        *MESSAGES[-1:],
    ]
    endpoint = Endpoint(name="default", kind=EndpointKind.OTHER, base_url="http://x/v1", answer_tokens=1_000)
    asked = Call(model=Model(endpoint, "m", Capabilities()), messages=[*given, *now], tools=({"type": "function"},))
    plain = calls.parameters(asked, Capabilities())["messages"]
    assert [one["role"] for one in plain] == ["user", "assistant", "tool", "assistant", "user", "assistant", "tool"]
    assert "reasoning_content" not in plain[5]
    assert "extra_content" not in plain[1]["tool_calls"][0]
    assert plain[5]["tool_calls"][0]["extra_content"] == {"google": {"thought_signature": "s"}}
    wanted = calls.parameters(asked, Capabilities(wants_thoughts=True))["messages"]
    assert [one["role"] for one in wanted] == ["user", "assistant", "user", "assistant", "tool"]
    assert wanted[3]["reasoning_content"] == "I look it up."


def test_half_a_surrogate_pair_never_leaves() -> None:
    assert calls.content(ChatMessage(Role.USER, "a\ud83cb")) == "a?b"


def test_an_identity_tells_nobody_whose_it_is_and_is_the_same_again() -> None:
    assert identity("person", "slack", "T1", "U1") == identity("person", "slack", "T1", "U1")
    assert identity("person", "slack", "T1", "U1") != identity("person", "slack", "T1U", "1")
    assert "U1" not in identity("person", "slack", "T1", "U1")


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://api.openai.com/v1", EndpointKind.OPENAI),
        ("https://mine.openai.azure.com/openai/v1", EndpointKind.AZURE),
        ("https://api.anthropic.com/v1/", EndpointKind.ANTHROPIC),
        ("https://openrouter.ai/api/v1", EndpointKind.OPENROUTER),
        ("http://localhost:11434/v1", EndpointKind.OLLAMA),
        ("http://localhost:1234/v1", EndpointKind.LMSTUDIO),
        ("http://localhost:8000/v1", EndpointKind.OTHER),
        ("https://api.openai.com.evil.example/v1", EndpointKind.OTHER),
    ],
)
def test_the_kind_is_told_from_the_address(url: str, kind: EndpointKind) -> None:
    assert guessed(url) is kind


SENT = {
    "max_tokens": 5,
    "stream_options": {},
    "temperature": 1.5,
    "reasoning_effort": "low",
    "prompt_cache_key": "x",
    "safety_identifier": "x",
    "tools": [],
}


@pytest.mark.parametrize(
    ("param", "message", "changed"),
    [
        ("max_tokens", "Unsupported parameter.", {"limit": "max_completion_tokens"}),
        ("", "'max_tokens' is not supported. Use 'max_completion_tokens'.", {"limit": "max_completion_tokens"}),
        ("stream_options.include_usage", "Unknown parameter.", {"usage": False}),
        ("temperature", "Only the default (1) value is supported.", {"hottest": 0.0}),
        ("", "temperature: range: 0..1", {"hottest": 1.0}),
        ("", "[{'type': 'extra_forbidden', 'loc': ('body', 'safety_identifier')}]", {"safety_identifier": False}),
        ("prompt_cache_key", "Unknown parameter: 'prompt_cache_key'.", {"cache_key": False}),
        ("", '"llama3" does not support thinking', {"effort": ""}),
        ("", "Unrecognized request argument supplied: reasoning_effort", {"effort": ""}),
        ("", "System role not supported", {"system_role": "user"}),
        ("", "Conversation roles must alternate user/assistant/user/assistant", {"system_role": "user"}),
        ("messages[0].role", "Invalid value: 'system'.", {"system_role": "user"}),
        ("", "Developer instruction is not enabled for models/gemma-3-27b-it", {"system_role": "user"}),
        ("stream", "Your organization must be verified to stream this model.", {"streams": False}),
        ("", "No endpoints found that support tool use.", {"tools": False}),
        ("", "The `reasoning_content` in the thinking mode must be passed back to the API.", {"wants_thoughts": True}),
        ("", "reasoning_content is missing in assistant tool call message at index 2", {"wants_thoughts": True}),
    ],
)
def test_a_refusal_teaches_what_to_leave_out(param: str, message: str, changed: dict[str, Any]) -> None:
    known = Capabilities(cache_key=True, safety_identifier=True)
    learned = corrections.learned(known, SENT, param, message)
    assert learned is not None
    assert {name: getattr(learned, name) for name in changed} == changed
    same = [name for name in Capabilities.__dataclass_fields__ if name not in changed]
    assert [name for name in same if getattr(learned, name) != getattr(known, name)] == []


def test_a_developer_that_is_not_known_becomes_the_system() -> None:
    learned = corrections.learned(Capabilities(system_role="developer"), {}, "", "Unexpected message role.")
    assert learned is not None
    assert learned.system_role == "system"


@pytest.mark.parametrize(
    ("param", "message"),
    [
        ("messages", "This model's maximum context length is 8192 tokens."),
        ("messages[1].content", "Invalid image."),
        ("model", "you must provide a model parameter"),
        ("", "Bad request"),
        ("", "the top_temperature is too high"),
    ],
)
def test_other_refusals_teach_nothing(param: str, message: str) -> None:
    assert corrections.learned(Capabilities(), SENT, param, message) is None

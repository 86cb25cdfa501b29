"""What each kind of server does differently, as its documentation has it."""

from typing import Any

import openai
import pytest

from bots.playground.model.driver import ModelDriver

HELLO: list[Any] = [{"role": "user", "content": "hello"}]
ANSWER = {"text": "Hello.", "thoughts": ["They greet."]}


NONE = "The model `none` does not exist or you do not have access to it."
ERRORS: dict[str, Any] = {
    "openai": {
        "error": {"message": NONE, "type": "invalid_request_error", "param": None, "code": "model_not_found"},
    },
    "anthropic": {"type": "error", "error": {"type": "invalid_request_error", "message": NONE}},
    "openrouter": {"error": {"code": 404, "message": NONE, "type": "invalid_request_error"}},
    "vllm": {"error": {"message": NONE, "type": "BadRequestError", "param": None, "code": 404}},
    "lmstudio": {"error": NONE},
}


@pytest.mark.parametrize(("kind", "body"), ERRORS.items(), ids=ERRORS.keys())
async def test_each_words_its_errors_in_its_way(model: ModelDriver, kind: str, body: dict[str, Any]) -> None:
    await model.rule(kind=kind)
    asked = {"model": "none", "messages": HELLO}
    async with model.http.post(f"{model.url}/v1/chat/completions", json=asked) as response:
        assert (response.status, await response.json()) == (404, body)


@pytest.mark.parametrize(
    ("kind", "field"), [("openrouter", "reasoning"), ("vllm", "reasoning_content"), ("openai", ""), ("anthropic", "")]
)
async def test_thoughts_come_in_a_field_of_their_own_or_not_at_all(
    model: ModelDriver, client: openai.AsyncOpenAI, kind: str, field: str
) -> None:
    await model.rule(kind=kind)
    await model.say(ANSWER)
    stream = await client.chat.completions.create(model="parley-playground", messages=HELLO, stream=True)
    deltas = [chunk.choices[0].delta async for chunk in stream if chunk.choices]
    thoughts = [extra for delta in deltas for extra in (delta.model_extra or {}).items()]
    assert thoughts == ([(field, "They greet.")] if field else [])
    assert "".join(delta.content or "" for delta in deltas) == "Hello."


async def test_only_some_know_developers(model: ModelDriver, client: openai.AsyncOpenAI) -> None:
    developer: list[Any] = [{"role": "developer", "content": "Be kind."}, *HELLO]
    await client.chat.completions.create(model="parley-playground", messages=developer)
    await model.rule(kind="vllm")
    with pytest.raises(openai.BadRequestError):
        await client.chat.completions.create(model="parley-playground", messages=developer)


async def test_what_is_not_known_is_refused_by_some_and_passed_over_by_others(
    model: ModelDriver, client: openai.AsyncOpenAI
) -> None:
    extra = {"made_up": 1}
    with pytest.raises(openai.BadRequestError):
        await client.chat.completions.create(model="parley-playground", messages=HELLO, extra_body=extra)
    await model.rule(kind="ollama")
    await client.chat.completions.create(model="parley-playground", messages=HELLO, extra_body=extra)


async def test_the_beginning_of_a_prompt_that_was_seen_before_is_cached(
    model: ModelDriver, client: openai.AsyncOpenAI
) -> None:
    await model.rule(cache_from_tokens=1)
    longer: list[Any] = [*HELLO, {"role": "assistant", "content": "Hi."}, {"role": "user", "content": "and now?"}]
    other: list[Any] = [{"role": "user", "content": "something else"}]
    cached = []
    for messages in (HELLO, longer, other):
        answer = await client.chat.completions.create(model="parley-playground", messages=messages)
        assert answer.usage is not None
        assert answer.usage.prompt_tokens_details is not None
        cached.append(answer.usage.prompt_tokens_details.cached_tokens)
    assert cached[0] == cached[2] == 0
    assert (cached[1] or 0) > 0

from typing import Any

import openai
import pytest
from openai import AsyncOpenAI

from bots.playground.model.driver import ModelDriver

HELLO = {"role": "user", "content": "hi"}
ORDINARY = {"model": "parley-playground", "messages": [HELLO]}
TOOL = {"type": "function", "function": {"name": "now", "parameters": {"type": "object"}}}
CALL = {"id": "call_1", "type": "function", "function": {"name": "now", "arguments": "{}"}}


async def post(model: ModelDriver, raw: bytes) -> tuple[int, dict[str, Any]]:
    headers = {"Content-Type": "application/json"}
    async with model.http.post(f"{model.url}/v1/chat/completions", data=raw, headers=headers) as response:
        return response.status, (await response.json())["error"]


async def ask(client: AsyncOpenAI, **fields: Any) -> Any:
    body = {"model": "parley-playground", "messages": [HELLO], **fields}
    return await client.chat.completions.create(**body)


@pytest.mark.parametrize(
    ("fields", "code", "param"),
    [
        ({"messages": []}, "empty_array", "messages"),
        ({"messages": None}, "missing_required_parameter", "messages"),
        ({"messages": "hi"}, "invalid_type", "messages"),
        ({"messages": [{"role": "boss", "content": "hi"}]}, "invalid_value", "messages[0].role"),
        ({"messages": [{"content": "hi"}]}, "missing_required_parameter", "messages[0].role"),
        ({"messages": [{"role": "user", "content": 3}]}, "invalid_type", "messages[0].content"),
        ({"messages": [{"role": "user", "content": None}]}, None, "messages[0].content"),
        ({"messages": [{"role": "user", "content": []}]}, "empty_array", "messages[0].content"),
        ({"messages": [HELLO | {"name": "two words"}]}, "invalid_value", "messages[0].name"),
        (
            {"messages": [{"role": "system", "content": [{"type": "image_url"}]}]},
            "invalid_value",
            "messages[0].content[0].type",
        ),
        ({"messages": [{"role": "tool", "content": "x", "tool_call_id": "call_9"}]}, None, "messages.[0].role"),
        ({"messages": [{"role": "assistant", "tool_calls": [CALL]}, HELLO]}, None, "messages.[1].role"),
        ({"temperature": 2.1}, "decimal_above_max_value", "temperature"),
        ({"temperature": -1}, "decimal_below_min_value", "temperature"),
        ({"top_p": "much"}, "invalid_type", "top_p"),
        ({"n": 2}, "integer_above_max_value", "n"),
        ({"max_tokens": 0}, "integer_below_min_value", "max_tokens"),
        ({"max_tokens": 1, "max_completion_tokens": 1}, "invalid_parameter_combination", "max_tokens"),
        ({"max_completion_tokens": 999_999}, "invalid_value", "max_completion_tokens"),
        ({"stop": ["a", "b", "c", "d", "e"]}, "array_above_max_length", "stop"),
        ({"stream_options": {"include_usage": True}}, None, "stream_options"),
        ({"stream": True, "stream_options": {"x": 1}}, "unknown_parameter", "stream_options.x"),
        ({"tools": []}, "empty_array", "tools"),
        ({"tools": [{"type": "function", "function": {"name": "no spaces"}}]}, None, "tools[0].function.name"),
        ({"tool_choice": "auto"}, None, "tool_choice"),
        ({"reasoning_effort": "heroic"}, "invalid_value", "reasoning_effort"),
        ({"temprature": 1}, "unknown_parameter", "temprature"),
    ],
)
async def test_a_wrong_request_is_refused_with_its_parameter_and_code(
    client: AsyncOpenAI, fields: dict[str, Any], code: str | None, param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        await client.post(
            "/chat/completions", body={"model": "parley-playground", "messages": [HELLO], **fields}, cast_to=object
        )

    assert caught.value.param == param
    assert caught.value.code == code or code is None
    assert caught.value.type == "invalid_request_error"


@pytest.mark.parametrize(
    "raw", [b"", b"not json", b'{"a":', b'{"a":"\xff"}', b'{"messages":[{"role":"user","content":"\\ud800"}]}', b"[]"]
)
async def test_what_is_not_json_is_refused(model: ModelDriver, raw: bytes) -> None:
    status, error = await post(model, raw)

    assert status == 400
    assert "parse the JSON body" in error["message"]


async def test_an_unknown_model_is_not_found(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        await ask(client, model="gpt-none")

    assert caught.value.code == "model_not_found"


async def test_a_prompt_above_the_window_is_refused(model: ModelDriver, client: AsyncOpenAI) -> None:
    await model.rule(context_window=100)

    with pytest.raises(openai.BadRequestError) as caught:
        await ask(client, messages=[{"role": "user", "content": "x" * 400}])

    assert caught.value.code == "context_length_exceeded"


async def test_a_required_key_must_be_the_right_one(model: ModelDriver, client: AsyncOpenAI) -> None:
    await model.rule(require_key="sk-right-key")

    with pytest.raises(openai.AuthenticationError) as caught:
        await ask(client)
    status, error = await post(model, b"{}")

    assert caught.value.code == "invalid_api_key"
    assert (status, error["code"]) == (401, None)
    assert (await ask(client.with_options(api_key="sk-right-key"))).choices


async def test_a_body_above_the_limit_is_refused(model: ModelDriver) -> None:
    await model.rule(max_body_bytes=1000)

    status, _ = await post(model, b"x" * 2000)

    assert status == 413


async def test_requests_above_the_rate_are_limited(model: ModelDriver, client: AsyncOpenAI) -> None:
    await model.rule(requests_per_min=2)
    remaining = []
    for _ in range(2):
        async with model.http.post(f"{model.url}/v1/chat/completions", json=ORDINARY) as response:
            remaining.append(response.headers["x-ratelimit-remaining-requests"])

    with pytest.raises(openai.RateLimitError) as caught:
        await ask(client)

    assert remaining == ["1", "0"]
    assert 0 < int(caught.value.response.headers["Retry-After"]) <= 60
    assert caught.value.code == "rate_limit_exceeded"


async def test_a_parameter_can_be_unsupported(model: ModelDriver, client: AsyncOpenAI) -> None:
    await model.rule(unsupported=["max_completion_tokens"])

    with pytest.raises(openai.BadRequestError) as caught:
        await ask(client, max_completion_tokens=5)

    assert caught.value.code == "unsupported_parameter"


async def test_tools_their_results_and_pictures_are_accepted(client: AsyncOpenAI) -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    messages = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "Ana: what is this?"}, picture]},
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "content": "12:00", "tool_call_id": "call_1"},
    ]

    completion = await ask(client, messages=messages, tools=[TOOL], tool_choice="auto")

    assert "1 picture" in completion.choices[0].message.content
    assert "`now`" in completion.choices[0].message.content


async def test_models_are_listed_and_described(client: AsyncOpenAI) -> None:
    listed = [model.id async for model in await client.models.list()]

    assert listed == ["parley-playground"]
    assert (await client.models.retrieve("parley-playground")).owned_by == "playground"
    with pytest.raises(openai.NotFoundError):
        await client.models.retrieve("other")


async def test_other_addresses_are_refused_as_openai_does(model: ModelDriver) -> None:
    async with model.http.post(f"{model.url}/v1/embeddings", json={}) as missing:
        assert missing.status == 404
        assert "Invalid URL" in (await missing.json())["error"]["message"]
    async with model.http.get(f"{model.url}/v1/chat/completions") as wrong:
        assert wrong.status == 405

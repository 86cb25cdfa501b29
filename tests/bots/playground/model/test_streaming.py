import asyncio
import json
from typing import Any

import aiohttp
import openai
import pytest
from openai import AsyncOpenAI

from bots.playground.model.driver import ModelDriver

HELLO = {"role": "user", "content": "Ana: hi"}


def body(**fields: Any) -> dict[str, Any]:
    return {"model": "parley-playground", "messages": [HELLO], "stream": True, **fields}


async def events(model: ModelDriver, **fields: Any) -> list[Any]:
    """Every event of a stream, decoded; `[DONE]` as it is."""
    async with model.http.post(f"{model.url}/v1/chat/completions", json=body(**fields)) as response:
        assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        lines = (await response.text()).split("\n\n")
    data = [line.removeprefix("data: ") for line in lines if line]
    return [one if one == "[DONE]" else json.loads(one) for one in data]


async def streamed(client: AsyncOpenAI, **fields: Any) -> tuple[str, str | None]:
    """The text and the finish reason as the real client reads them."""
    text, reason = "", None
    async for chunk in await client.chat.completions.create(**body(**fields)):
        if chunk.choices:
            text += chunk.choices[0].delta.content or ""
            reason = chunk.choices[0].finish_reason or reason
    return text, reason


async def test_a_stream_has_the_shape_that_openai_documents(model: ModelDriver) -> None:
    await model.say({"chunks": ["Hel", "lo"]})

    first, *texts, finish, usage, done = await events(model, stream_options={"include_usage": True})

    assert first["choices"][0]["delta"] == {"role": "assistant", "content": "", "refusal": None}
    assert [one["choices"][0]["delta"]["content"] for one in texts] == ["Hel", "lo"]
    assert finish["choices"][0] == {"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"}
    assert usage["choices"] == []
    assert usage["usage"]["completion_tokens"] == 2
    assert done == "[DONE]"
    assert {one["id"] for one in (first, *texts, finish, usage)} == {first["id"]}
    assert all(one["object"] == "chat.completion.chunk" for one in (first, *texts, finish, usage))
    assert all(one["usage"] is None for one in (first, *texts, finish))


async def test_usage_is_not_sent_unasked(model: ModelDriver) -> None:
    assert all("usage" not in one for one in await events(model) if one != "[DONE]")


async def test_the_stream_and_the_whole_answer_are_the_same(client: AsyncOpenAI) -> None:
    whole = await client.chat.completions.create(**body(stream=False))

    assert await streamed(client) == (whole.choices[0].message.content, "stop")
    assert whole.usage is not None
    assert whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens


async def test_a_token_limit_ends_the_answer(model: ModelDriver, client: AsyncOpenAI) -> None:
    await model.rule(answer_tokens=500)

    assert await streamed(client, max_tokens=2) == ("word0001 word0002", "length")
    assert await streamed(client, max_completion_tokens=3) == ("word0001 word0002 word0003", "length")
    text, reason = await streamed(client)
    assert (text.split(" "), reason) == ([f"word{number:04}" for number in range(1, 501)], "stop")


async def test_a_stop_text_ends_the_answer(client: AsyncOpenAI) -> None:
    messages = [{"role": "user", "content": "count to 20"}]

    text, reason = await streamed(client, messages=messages, stop=[", 5"])

    assert (text, reason) == ("1, 2, 3, 4", "stop")


async def test_tokens_come_at_their_pace(model: ModelDriver, client: AsyncOpenAI) -> None:
    await model.rule(answer_tokens=11, first_token_s=0.05, tokens_per_s=100)
    clock = asyncio.get_running_loop()
    began = clock.time()

    stream = await client.chat.completions.create(**body())
    seen = [clock.time() - began async for chunk in stream if chunk.choices and chunk.choices[0].delta.content]

    assert len(seen) == 11
    assert seen[0] >= 0.05
    assert 0.09 <= seen[-1] - seen[0] < 0.5


async def test_a_written_answer_goes_to_the_request_that_it_matches(model: ModelDriver, client: AsyncOpenAI) -> None:
    await model.say({"match": "cats", "text": "meow"}, {"text": "any"})

    assert await streamed(client) == ("any", "stop")
    assert await streamed(client, messages=[{"role": "user", "content": "about cats"}]) == ("meow", "stop")


async def test_any_text_arrives_exactly(model: ModelDriver, client: AsyncOpenAI) -> None:
    text = 'Tab\t"quotes" \\ 👩‍👩‍👧 שלום __x__ \r\n\n\n   ```c\nint a_b;```\u2028 end  '
    await model.say({"text": text})

    assert await streamed(client) == (text, "stop")


async def test_a_cut_stream_has_no_end(model: ModelDriver, client: AsyncOpenAI) -> None:
    await model.say({"chunks": ["a", "b", "c"], "cut_after": 2})
    assert await streamed(client) == ("ab", None)

    await model.fault(kind="cut", after=1)
    await model.say({"chunks": ["a", "b", "c"]})
    assert await streamed(client) == ("a", None)


async def test_a_reset_stream_breaks_after_its_chunks(model: ModelDriver, client: AsyncOpenAI) -> None:
    await model.say({"chunks": ["a", "b", "c"], "reset_after": 2, "tokens_per_s": 50})
    stream = await client.chat.completions.create(**body())

    seen = [(await anext(stream)).choices[0].delta.content for _ in range(3)]
    with pytest.raises(openai.APIConnectionError):
        await anext(stream)

    assert seen == ["", "a", "b"]


async def test_an_error_event_breaks_the_stream(model: ModelDriver, client: AsyncOpenAI) -> None:
    await model.say({"chunks": ["a", "b"], "error_event": {"message": "overloaded", "code": 502}})

    with pytest.raises(openai.APIError, match="overloaded"):
        await streamed(client)


async def test_a_plain_answer_is_sent_as_it_is_written(model: ModelDriver, client: AsyncOpenAI) -> None:
    quota = {"error": {"message": "no money", "type": "insufficient_quota", "code": "insufficient_quota"}}
    await model.say(
        {"status": 429, "body": quota, "headers": {"Retry-After": "7"}},
        {"body": "<html>down</html>", "content_type": "text/html"},
        {"raw": "data: {broken\n\n"},
        {"status": 503},
    )

    with pytest.raises(openai.RateLimitError) as caught:
        await streamed(client)
    async with model.http.post(f"{model.url}/v1/chat/completions", json=body()) as page:
        assert (page.content_type, await page.text()) == ("text/html", "<html>down</html>")
    with pytest.raises(json.JSONDecodeError):
        await streamed(client)
    with pytest.raises(openai.InternalServerError):
        await streamed(client)
    assert caught.value.code == "insufficient_quota"
    assert caught.value.response.headers["Retry-After"] == "7"


async def test_an_answer_that_nobody_wrote_is_empty_when_told_so(model: ModelDriver, client: AsyncOpenAI) -> None:
    await model.say({"text": ""})

    assert await streamed(client) == ("", "stop")


async def test_a_held_answer_waits_for_its_release(model: ModelDriver, client: AsyncOpenAI) -> None:
    await model.say({"chunks": ["a", "b"], "hold": True, "hold_after": 1})
    stream = await client.chat.completions.create(**body())
    seen = [await anext(stream), await anext(stream)]

    assert seen[-1].choices[0].delta.content == "a"
    assert await model.held() == 1
    await model.release()
    rest = [chunk async for chunk in stream]

    assert rest[0].choices[0].delta.content == "b"


async def test_a_caller_that_leaves_is_noticed(model: ModelDriver, client: AsyncOpenAI) -> None:
    await model.rule(answer_tokens=1000, tokens_per_s=100)
    async with await client.chat.completions.create(**body()) as stream:
        await anext(stream)
    await until_disconnected(model)

    await model.say({"text": "never", "hold": True})
    with pytest.raises(openai.APITimeoutError):
        await streamed(client.with_options(timeout=0.1))
    await until_disconnected(model)


async def until_disconnected(model: ModelDriver) -> None:
    """Wait until the server saw its last caller leave; the test's own time limit ends a wait in vain."""
    while True:
        entry = (await model.received())[-1]
        if entry["ended"] is not None:
            assert entry["disconnected"]
            return
        await asyncio.sleep(0.01)


async def test_requests_are_remembered_with_their_bodies(model: ModelDriver, client: AsyncOpenAI) -> None:
    await model.rule(keep_requests=2)
    for number in range(3):
        await streamed(client, messages=[{"role": "user", "content": f"question {number}"}])

    kept = await model.received()

    assert [entry["body"]["messages"][0]["content"] for entry in kept] == ["question 1", "question 2"]
    assert kept[0]["headers"]["authorization"] == "Bearer sk-test"
    assert kept[0]["began"] <= kept[0]["ended"]
    assert (kept[0]["status"], kept[0]["disconnected"]) == (200, False)


async def test_injected_faults_are_met(model: ModelDriver, client: AsyncOpenAI) -> None:
    await model.fault(kind="limited", retry_after_s=3)
    with pytest.raises(openai.RateLimitError) as caught:
        await streamed(client)
    await model.fault(kind="drop")
    with pytest.raises(openai.APIConnectionError):
        await streamed(client)
    await model.fault(kind="lose")
    with pytest.raises(openai.APIConnectionError):
        await streamed(client)
    await model.fault(kind="status", status=500, body='{"error": {"message": "boom"}}')
    with pytest.raises(openai.InternalServerError):
        await streamed(client)

    assert caught.value.response.headers["Retry-After"] == "3"
    assert (await streamed(client))[1] == "stop"


async def test_a_wrong_control_request_changes_nothing(model: ModelDriver) -> None:
    for path, given in (("answers", {"txt": "x"}), ("faults", {"kind": "odd"})):
        async with model.http.post(f"{model.url}/control/{path}", json=given) as response:
            assert response.status == 400
    with pytest.raises(aiohttp.ClientResponseError):
        await model.rule(tokens_per_s="fast")


async def test_forgetting_restores_the_start(model: ModelDriver, client: AsyncOpenAI) -> None:
    await model.rule(answer_tokens=3)
    await model.say({"text": "x"})
    await model.forget()

    assert await model.received() == []
    assert (await streamed(client))[0].startswith("Hello Ana!")


async def test_many_streams_at_once_lose_nothing(model: ModelDriver) -> None:
    await model.rule(answer_tokens=20, tokens_per_s=100)

    async def one() -> str:
        chunks = (await events(model))[1:-2]
        return "".join(chunk["choices"][0]["delta"]["content"] for chunk in chunks)

    texts = await asyncio.gather(*(one() for _ in range(100)))

    assert set(texts) == {" ".join(f"word{number:04}" for number in range(1, 21))}

"""What the two least scripts share: a question to the model by its SDK, over Parley's own wire."""

import os
from collections.abc import AsyncIterator

import httpx2
from openai import AsyncOpenAI, AsyncStream

from core import wire
from core.stream import Decoder, Finish

REST_S = 0.1


def model() -> AsyncOpenAI:
    sdk = AsyncOpenAI(max_retries=0, http_client=httpx2.AsyncClient(transport=wire.Wire()))
    # Until it knows the system's name, the SDK asks for it before each request, in a thread.
    sdk._platform = "Unknown"  # noqa: SLF001
    return sdk


async def shown(sdk: AsyncOpenAI, question: str) -> AsyncIterator[str]:
    """An answer's first text as soon as it is there, and the whole one."""
    body = {
        "model": os.environ["OPENAI_MODEL"],
        "messages": [{"role": "user", "content": question}],
        "stream": True,
    }
    stream = await sdk.post("/chat/completions", cast_to=object, body=body, stream=True, stream_cls=AsyncStream[object])
    response, decoder, text = wire.body_of(stream.response), Decoder(Finish()), ""
    while data := await response.read():
        began, text = bool(text), text + "".join(decoder.feed(data))
        if began:
            await response.rest(REST_S)
        elif text:
            yield text
    yield text + "".join(decoder.end())
    await stream.response.aclose()

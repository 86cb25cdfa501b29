"""What people attach on Discord: what the model is given of it, and what people are told of the rest."""

import base64
import io
from typing import Any

import pytest
from PIL import Image

from tests.journeys.control import Model
from tests.journeys.discord.server import ANN, BEN, Server

pytestmark = pytest.mark.usefixtures("parley")


def attached(name: str, content: bytes) -> dict[str, str]:
    return {"filename": name, "base64": base64.b64encode(content).decode()}


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), "orange").save(buffer, "PNG")
    return buffer.getvalue()


async def newest(model: Model) -> tuple[str, int]:
    """The text that the model was given last, and how many pictures."""
    content: list[dict[str, Any]] | str = (await model.messages())[-1]["content"]
    if isinstance(content, str):
        return content, 0
    urls = [part["image_url"]["url"] for part in content if part["type"] == "image_url"]
    assert all(url.startswith("data:image/") for url in urls)
    return "".join(part.get("text", "") for part in content), len(urls)


async def test_a_picture_and_a_text_are_given_and_the_rest_is_named(server: Server, model: Model) -> None:
    await model.will_say("An orange.")
    files = [
        attached("photo.txt", picture()),
        attached("prices.csv", b"fruit,price\norange,3\n"),
        attached("app.zip", b"PK\x03\x04\x00\x00"),
    ]
    await server.say(ANN, "@Parley what is this?", attachments=files)
    told = "An orange.\n\n_Left out: `app.zip` (a kind of file that I cannot read)._"
    await server.answer(told, settled=True)
    text, pictures = await newest(model)
    assert pictures == 1
    assert "[Image: photo.txt]" in text
    assert "File prices.csv:\n```\nfruit,price\norange,3\n\n```" in text
    assert "[File left out: app.zip (a kind of file that I cannot read)]" in text


async def test_a_model_that_takes_no_pictures_says_so_in_one_line(server: Server, model: Model) -> None:
    await model.will_say(status=400, body={"error": {"message": "This model does not support image input."}})
    await model.will_say("I cannot see it.")
    await server.say(BEN, "@Parley what is this?", attachments=[attached("photo.png", picture())])
    await server.answer("I cannot see it.\n\n_Left out: `photo.png` (the model cannot look at it)._", settled=True)
    assert (await newest(model))[1] == 0

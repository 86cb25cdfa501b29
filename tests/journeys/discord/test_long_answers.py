"""Answers of every length: nothing is lost, and no message has more than Discord's 2,000 code points."""

import pytest

from core import texts
from tests.journeys.control import Model, until
from tests.journeys.discord.server import ANN, Server

pytestmark = pytest.mark.usefixtures("parley")


async def shown(server: Server, characters: int) -> list[str]:
    """The texts of Parley's messages once they have as many characters, without white space, as the answer."""

    async def look() -> list[str] | None:
        own = [message["content"] for message in await server.own()]
        return own if sum(len("".join(one.split())) for one in own) >= characters else None

    return await until(look)


@pytest.mark.parametrize("letter", ["x", "\U0001d4b3", "\U0001f44d"], ids=["ASCII", "beyond the BMP", "emoji"])
@pytest.mark.parametrize(("length", "messages"), [(1_999, 1), (2_000, 1), (2_001, 2)])
async def test_a_message_holds_two_thousand_code_points(
    server: Server, model: Model, letter: str, length: int, messages: int
) -> None:
    text = letter * length
    await model.will_say(chunks=[text[start : start + 400] for start in range(0, length, 400)])
    await server.say(ANN, "@Parley write")
    pieces = await shown(server, length)
    assert "".join(pieces) == text
    assert len(pieces) == messages


async def test_sixty_thousand_characters_are_eight_messages_and_a_file(server: Server, model: Model) -> None:
    text = "\n\n".join(f"Paragraph {number}. " + "words " * 60 for number in range(160)).strip()
    assert len(text) > 60_000
    await model.will_say(text)
    await server.say(ANN, "@Parley write a book")

    async def attached() -> bool:
        own = await server.own()
        return bool(own and own[-1]["attachments"])

    await until(attached)
    own = await server.own()
    assert len(own) == 9
    assert max(len(message["content"]) for message in own) <= 2_000
    assert own[-1]["attachments"][0]["filename"] == "answer.md"
    async with server.connections.get(own[-1]["attachments"][0]["url"]) as response:
        rest = await response.text()
    whole = " ".join([*(message["content"] for message in own[:-1]), rest])
    assert whole.split() == text.split()
    assert [call for call in (await server.get("/control/calls"))["calls"] if call["status"] == 429] == []


async def test_what_is_to_be_known_of_an_answer_stands_beside_its_file(server: Server, model: Model) -> None:
    await model.will_say("\n\n".join(["words " * 60] * 60), finish_reason="length")
    await server.say(ANN, "@Parley write a book")

    async def beside() -> bool:
        own = await server.own()
        return bool(own and own[-1]["attachments"] and own[-1]["content"] == f"_{texts.ENDINGS['length']}_")

    await until(beside)


async def test_code_that_goes_on_in_the_next_message_stays_code(server: Server, model: Model) -> None:
    code = "\n".join(f"print({number})  # {'x' * 60}" for number in range(40))
    await model.will_say(f"Here:\n\n```python\n{code}\n```\n\nDone.")
    await server.say(ANN, "@Parley write code")

    async def whole() -> bool:
        own = await server.own()
        return bool(own and own[-1]["content"].endswith("Done."))

    await until(whole)
    pieces = [message["content"] for message in await server.own()]
    assert len(pieces) == 2
    assert all(piece.count("```") == 2 for piece in pieces)
    assert pieces[1].startswith("```python\n")

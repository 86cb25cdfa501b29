"""Slow mode: people wait between two messages, bots need not (docs: resources/channel, `rate_limit_per_user`)."""

import json
from typing import Any

import pytest

from tests.journeys.control import Model, until
from tests.journeys.discord.server import ANN, BEN, POST, Server, labels

PARLEY = pytest.mark.usefixtures("parley")
SLOW_S = 600


async def slow(server: Server, channel: str = "general") -> None:
    await server.patch(f"/control/channels/{await server.channel_id(channel)}", rate_limit_per_user=SLOW_S)


@PARLEY
async def test_in_slow_mode_a_long_answer_comes_whole_at_once(server: Server, model: Model) -> None:
    await slow(server)
    text = "\n\n".join(f"Paragraph {number}. " + "words " * 60 for number in range(12)).strip()
    await model.will_say(text)
    await server.say(BEN, "@Parley write")
    with pytest.raises(AssertionError, match="slow mode"):
        await server.say(BEN, "@Parley more")

    async def whole() -> list[dict[str, Any]] | None:
        own = await server.own()
        return own if own and "Regenerate" in labels(own[-1]) else None

    own = await until(whole)
    assert len(own) == 3
    assert "".join(text.split()) == "".join("".join(message["content"].split()) for message in own)
    assert [call["status"] for call in await server.calls(POST)] == [200] * 3


@PARLEY
async def test_in_slow_mode_people_may_press_and_moderators_may_go_on(server: Server, model: Model) -> None:
    await slow(server)
    await model.will_say("First.")
    await server.say(BEN, "@Parley hello")
    first = await server.answer("First.", settled=True)
    await model.will_say("Second.")
    await server.press(BEN, first, "Regenerate")
    await server.answer("Second.", settled=True)
    await model.will_say("One.", match="one")
    await model.will_say("Two.", match="two")
    await server.say(ANN, "@Parley one")
    await server.say(ANN, "@Parley two")
    await server.answer("One.", settled=True)
    await server.answer("Two.", settled=True)


@PARLEY
async def test_should_discord_slow_parley_down_all_the_same_the_answer_comes_after_the_wait(
    server: Server, model: Model
) -> None:
    body = {"message": "This action cannot be performed due to slowmode rate limit", "code": 20016, "retry_after": 0.3}
    await server.fault(POST, "status", status=429, body=json.dumps(body), headers={"Via": "1.1 google"})
    await model.will_say("Patience.")
    await server.say(BEN, "@Parley hello")
    await server.answer("Patience.", settled=True)
    assert len(await server.own()) == 1

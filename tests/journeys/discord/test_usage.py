"""What was used, and what may be spent, as people on Discord see and set it."""

from typing import Any

import pytest

from core import texts
from storage.words import Period, Reach
from tests.journeys.control import Model, until
from tests.journeys.discord.server import ANN, BEN, Server

pytestmark = pytest.mark.usefixtures("parley")


async def usage(server: Server, user: str, saying: str, **options: Any) -> dict[str, Any]:
    """The answer to `/usage` once it says something: what was just settled may not be counted yet."""

    async def look() -> dict[str, Any] | None:
        found = await server.answer_to(await server.command(user, "usage", options=options))
        return found if saying in found["content"] else None

    return await until(look)


async def cap(server: Server, user: str, subcommand: str, **options: Any) -> str:
    return await server.told(user, "cap", subcommand=subcommand, options=options)


async def test_people_see_their_own_usage_and_admins_everybodys_in_a_picture(server: Server, model: Model) -> None:
    await model.will_say("Hello.")
    await server.say(BEN, "@Parley hello")
    await server.answer("Hello.", settled=True)
    own = await usage(server, BEN, "1 answer,", by="model")
    assert "parley-playground: 1 answer" in own["content"]
    whole = await usage(server, ANN, "Everybody", whose="everybody's", by="person")
    assert f"{BEN}: 1 answer" in whole["content"]
    assert [file["filename"] for file in whole["attachments"]] == ["usage.png"]
    told = await server.told(BEN, "usage", options={"whose": "everybody's"})
    assert told == texts.NOT_ALLOWED_ADMINS
    assert "is no day" in await server.told(BEN, "usage", options={"since": "yesterday"})


async def test_a_person_who_has_used_up_their_cap_is_told_so_and_the_model_is_not_asked(
    server: Server, model: Model
) -> None:
    assert "each person: 10 tokens per day" in await cap(
        server, ANN, "set", reach="person", period="day", amount="10 tokens"
    )
    await server.say(BEN, "@Parley hello")
    await server.answer(texts.over_cap(Reach.PERSON, Period.DAY))
    assert await model.requests() == []
    assert "each person: 10 tokens per day" in await cap(server, ANN, "list")
    assert "Taken back" in await cap(server, ANN, "clear", reach="person", period="day", unit="tokens")
    await model.will_say("Here I am.")
    await server.say(BEN, "@Parley hello again")
    await server.answer("Here I am.")


async def test_a_limit_that_cannot_be_is_explained(server: Server) -> None:
    assert "Write an amount" in await cap(server, ANN, "set", reach="server", period="day", amount="a lot")
    channel = await server.channel_id("general")
    told = await cap(server, ANN, "set", reach="person", period="day", amount="$1", channel=channel)
    assert "names no channel" in told
    told = await cap(server, ANN, "set", reach="channel", period="day", amount="$1", channel=channel)
    assert "channel #general: $1.00 per day" in told

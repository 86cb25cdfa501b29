"""What was used, and what may be spent, as people on Slack see and set it."""

from typing import Any

import pytest

from core import texts
from storage.words import Period, Reach
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, BEN, RANDOM, Workspace

pytestmark = pytest.mark.usefixtures("parley")
OVER = texts.over_cap(Reach.PERSON, Period.DAY)
NEAR = texts.near_cap(Reach.PERSON, Period.DAY)


async def answered(workspace: Workspace, model: Model, user: str, answer: str = "Hello.", shown: str = "") -> None:
    await model.will_say(answer)
    asked = await workspace.say(user, "@Parley hello")
    await workspace.reply(asked, shown or answer, settled=True)


async def usage(workspace: Workspace, user: str, text: str, saying: str) -> dict[str, Any]:
    """The ephemeral answer to `/parley usage` once it says something: what was just settled may not be counted yet."""

    async def look() -> dict[str, Any] | None:
        await workspace.command(user, f"usage {text}")
        found: dict[str, Any] = (await workspace.state())["ephemerals"][-1]
        return found if saying in found["text"] else None

    return await until(look)


async def test_people_see_their_own_usage_and_admins_everybodys_with_a_chart(
    workspace: Workspace, model: Model
) -> None:
    await answered(workspace, model, BEN)
    await answered(workspace, model, ANN)
    own = await usage(workspace, BEN, "by model", "1 answer,")
    assert "parley-playground: 1 answer" in own["text"]
    whole = await usage(workspace, ANN, "everybody by person", "2 answers,")
    assert "ben: 1 answer" in whole["text"].lower()
    (chart,) = [block for block in whole["blocks"] if block["type"] == "data_visualization"]
    assert len(chart["chart"]["series"][0]["data"]) == 2
    assert await workspace.command(BEN, "usage everybody") == texts.NOT_ALLOWED_ADMINS
    assert "is no day" in await workspace.command(BEN, "usage since yesterday")
    assert "Say `/parley usage" in await workspace.command(BEN, "usage by planet")


async def test_a_person_who_has_used_up_their_cap_is_told_so_and_the_model_is_not_asked(
    workspace: Workspace, model: Model
) -> None:
    assert "From now on: each person: 100 tokens per day." in await workspace.command(
        ANN, "cap set person day 100 tokens"
    )
    await workspace.reply(await workspace.say(BEN, "@Parley hello"), OVER)
    assert await model.requests() == []
    assert "each person: 100 tokens per day" in await workspace.command(ANN, "cap")
    assert "Taken back" in await workspace.command(ANN, "cap clear person day tokens")
    await answered(workspace, model, BEN, "Here I am.")


async def test_people_are_told_once_when_their_cap_is_near(workspace: Workspace, model: Model) -> None:
    await workspace.command(ANN, "cap set person day 5100 tokens")
    await answered(workspace, model, BEN, "First.", f"First.\n\n_{NEAR}_")
    await answered(workspace, model, BEN, "Second.")


async def test_a_cap_holds_for_one_channel_and_not_for_another(workspace: Workspace, model: Model) -> None:
    assert "channel" in await workspace.command(ANN, "cap set channel here month 0 tokens", channel=RANDOM)
    refusal = texts.over_cap(Reach.CHANNEL, Period.MONTH)
    await workspace.reply(await workspace.say(BEN, "@Parley hello", channel=RANDOM), refusal, channel=RANDOM)
    await answered(workspace, model, BEN)
    named = "person Ben: $1.00 per day", "channel #random: $2.00 per day"
    for escapes in (True, False):
        await workspace.patch("/control/rules", escape_commands=escapes)
        assert named[0].lower() in (await workspace.command(ANN, "cap set person @Ben day $1")).lower()
        assert named[1] in await workspace.command(ANN, "cap set channel #random day $2")
        await workspace.command(ANN, "cap clear person @Ben day $")
        assert "Taken back: channel #random" in await workspace.command(ANN, "cap clear channel #random day $")


async def test_only_admins_set_caps_and_mistakes_are_explained(workspace: Workspace) -> None:
    assert await workspace.command(BEN, "cap set person day $100") == texts.NOT_ALLOWED_ADMINS
    assert await workspace.command(BEN, "cap") == texts.NOT_ALLOWED_ADMINS
    assert "Write a cap such as" in await workspace.command(ANN, "cap set something")
    assert "There is no such cap." in await workspace.command(ANN, "cap clear person day $")
    assert "I know no person" in await workspace.command(ANN, "cap set person somebody day $1")

"""People of other organisations in a channel that is shared with them: what is theirs is theirs, whatever Slack names.

docs.slack.dev/apis/slack-connect, docs.slack.dev/reference/interaction-payloads
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bots.playground.slack.rules import InteractionTeam
from bots.playground.slack.world import User
from bots.slack.shortcuts import ASK_ABOUT
from core import texts
from tests.journeys.control import Model, until
from tests.journeys.slack.cloud import BAKERY, OFFICE, Town, settings_for, town
from tests.journeys.slack.workspace import ANN, GENERAL, Workspace, is_settled, shown

GUS = User("U0GUEST001", "gus", "Gus", is_admin=True, team_id="T0MILLS001")
# Parley is installed where Hal is from, and not where Gus is from.
HAL = User("U0GUEST002", "hal", "Hal", is_admin=True, team_id=BAKERY)


@pytest.fixture
async def there(connections: aiohttp.ClientSession, model: Model, tmp_path: Path) -> AsyncIterator[Town]:
    async with town(connections) as made:
        office = made.cloud.worlds[OFFICE]
        for guest in (GUS, HAL):
            office.users[guest.id] = guest
            office.channels[GENERAL].members[guest.id] = None
        async with made.parley(settings_for(made, model, tmp_path)) as url:
            await made.install(url, OFFICE)
            await made.install(url, BAKERY)
            yield made


async def press(workspace: Workspace, guest: User, reply: dict[str, Any], action_id: str) -> None:
    await workspace.post("/control/actions", user=guest.id, channel=GENERAL, ts=reply["ts"], action_id=action_id)


async def refused(workspace: Workspace, guest: User, times: int = 1) -> None:
    """Wait until somebody was told so often that a reply is not theirs."""

    async def look() -> bool:
        told = [one["text"] for one in (await workspace.state())["ephemerals"] if one["user"] == guest.id]
        return told == [texts.NOT_YOUR_REPLY] * times

    await until(look)


async def test_somebody_of_another_organisation_stops_and_regenerates_their_own_reply_and_no_other(
    there: Town, model: Model
) -> None:
    await model.will_say("For Ann.")
    anns = await there.office.reply(await there.office.say(ANN, "@Parley hello"), "For Ann.", settled=True)
    for times, rule in enumerate(InteractionTeam, 1):
        await there.office.patch("/control/rules", interaction_team=rule)
        await stops_and_regenerates(there.office, model, GUS)
        await press(there.office, GUS, anns, "reply_again")
        await refused(there.office, GUS, times)
    await there.office.patch("/control/rules", interaction_team=InteractionTeam.PERSON)
    await stops_and_regenerates(there.office, model, HAL)
    await press(there.office, HAL, anns, "reply_again")
    await refused(there.office, HAL)


async def stops_and_regenerates(office: Workspace, model: Model, guest: User) -> None:
    await model.will_say("One two three four", hold=True, hold_after=2)
    ts = await office.say(guest.id, "@Parley count")

    async def growing() -> dict[str, Any] | None:
        return next(iter(await office.replies(ts)), None)

    await press(office, guest, await until(growing), "reply_stop")

    async def stopped() -> dict[str, Any] | None:
        reply = (await office.replies(ts))[0]
        return reply if shown(reply).endswith(f"_{texts.STOPPED}_") and is_settled(reply) else None

    reply = await until(stopped)
    await model.will_say("Anew.")
    await press(office, guest, reply, "reply_again")
    await office.reply(ts, "Anew.", settled=True)


async def test_a_form_from_another_organisation_belongs_to_the_workspace_that_opened_it(
    there: Town, model: Model
) -> None:
    await there.office.command(ANN, "prompt set We are the office.")
    root = await there.office.say(ANN, "The oven is off.")
    await there.office.post("/control/shortcuts", user=GUS.id, callback_id=ASK_ABOUT, channel=GENERAL, ts=root)

    async def open_form() -> dict[str, Any] | None:
        views = (await there.office.state())["views"].get(GUS.id)
        return dict(views[-1]) if views else None

    await model.will_say("Until noon.")
    await there.office.submit(GUS.id, await until(open_form), question="For how long?")
    await there.office.reply(root, "Until noon.", number=2)
    assert "We are the office." in (await model.messages())[0]["content"]

"""What Parley answers by itself: set up with /parley, posted at the top of a channel, and talked to below."""

from datetime import timedelta
from typing import Any

import pytest

from bots.service import serving as serving_parley
from core import texts
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.schedules import becomes_due, known
from tests.journeys.slack.workspace import ANN, BEN, GENERAL, RANDOM, Workspace, is_settled, shown

SLACK = frozenset({Platform.SLACK})


async def posted(workspace: Workspace, saying: str, channel: str = GENERAL) -> dict[str, Any]:
    """Parley's message at the top of a channel, once its text is this and it is finished."""

    async def look() -> dict[str, Any] | None:
        state = await workspace.state()
        own = state["me"]["bot_id"]
        messages = state["messages"].get(channel, [])
        fit = (one for one in messages if one.get("bot_id") == own and shown(one) == saying and is_settled(one))
        return next((one for one in fit if one.get("thread_ts") in (None, one["ts"])), None)

    return await until(look)


@pytest.mark.usefixtures("parley")
async def test_a_scheduled_answer_is_posted_at_the_top_and_can_be_talked_to(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    said = await workspace.command(ANN, 'schedule add "every weekday 09:00" Name a bread.')
    assert "Schedule 1 is set for #general: every weekday 09:00 (UTC).\nNext: " in said
    await model.will_say("Brioche.")
    assert "runs now" in await workspace.command(ANN, "schedule run-now 1")
    answer = await posted(workspace, "Brioche.")
    await known(settings, answer["ts"])
    assert [message["content"] for message in (await model.messages())[1:]] == ["ann: Name a bread."]
    await model.will_say("Butter.")
    await workspace.say(BEN, "What is in it?", thread_ts=answer["ts"])
    await workspace.reply(answer["ts"], "Butter.", number=2, settled=True)
    turns = [message["content"] for message in (await model.messages())[1:]]
    assert turns == ["ann: Name a bread.", "Brioche.", "Ben: What is in it?"]


@pytest.mark.usefixtures("parley")
async def test_what_does_not_fit_one_message_goes_on_below_the_first(workspace: Workspace, model: Model) -> None:
    await model.will_say("word " * 1_200)
    await workspace.command(ANN, 'schedule add "daily 9:00" Write at length.')
    await workspace.command(ANN, "schedule run-now 1")

    async def look() -> list[dict[str, Any]] | None:
        own = (await workspace.state())["me"]["bot_id"]
        messages = [one for one in (await workspace.state())["messages"][GENERAL] if one.get("bot_id") == own]
        return messages if sum(len(shown(one)) for one in messages) >= 5_999 else None

    first, second = await until(look)
    assert first.get("thread_ts") in (None, first["ts"])
    assert second["thread_ts"] == first["ts"]


@pytest.mark.usefixtures("parley")
async def test_what_is_due_is_answered_when_its_time_comes(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    await model.will_say("Rye.")
    await workspace.command(ANN, 'schedule add "daily 9:00" #random Name a bread.')
    await becomes_due(settings)
    await posted(workspace, "Rye.", RANDOM)


async def test_what_was_missed_while_parley_was_away_is_answered_once(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    async with serving_parley(settings, SLACK):
        await workspace.command(ANN, 'schedule add "every 2 hours" Name a bread.')
    await becomes_due(settings, timedelta(days=2))
    await model.will_say("Rye.")
    async with serving_parley(settings, SLACK):
        await posted(workspace, "Rye.")
        listed = await workspace.command(ANN, "schedule")
    async with serving_parley(settings, SLACK):
        assert await workspace.command(ANN, "schedule list") == listed
    assert len(await model.requests()) == 1


@pytest.mark.usefixtures("parley")
async def test_a_schedule_is_filled_in_as_a_form_that_says_what_is_wrong(workspace: Workspace) -> None:
    form = await workspace.opened(ANN, 'schedule add "every now and then"')
    refused = await workspace.refused(ANN, form, when="every now and then", prompt="Name a bread.")
    assert "I don't understand when 'every now and then' is." in refused["when"]
    await workspace.saved(ANN, form, when="every Monday at 9", prompt="Name a bread.")
    listed = await workspace.command(BEN, "schedule")
    assert "• 1: every Monday at 9 (UTC) in #general, by ann, next Mon" in listed


@pytest.mark.usefixtures("parley")
async def test_schedules_are_paused_resumed_and_removed_by_number(workspace: Workspace) -> None:
    assert "no schedules here yet" in await workspace.command(ANN, "schedule")
    assert "Put the time in quotes" in await workspace.command(ANN, "schedule add daily 9:00 Name a bread.")
    await workspace.command(ANN, 'schedule add "daily 9:00" Name a bread.')
    assert "paused" in await workspace.command(ANN, "schedule pause 1")
    assert "goes on" in await workspace.command(ANN, "schedule resume 1")
    assert "Say which" in await workspace.command(ANN, "schedule pause")
    assert "removed" in await workspace.command(ANN, "schedule remove 1")
    assert "There is no schedule 1 here." in await workspace.command(ANN, "schedule run-now 1")


@pytest.mark.usefixtures("parley")
async def test_people_who_do_not_manage_a_channel_set_up_nothing_in_it(workspace: Workspace) -> None:
    assert await workspace.command(BEN, 'schedule add "daily 9:00" Name a bread.') == texts.NOT_ALLOWED_CHANNEL
    assert "Mon" in await workspace.command(BEN, "schedule preview every Monday at 9")


@pytest.mark.usefixtures("parley")
async def test_a_post_whose_answer_is_lost_is_found_again_and_begins_the_thread(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    await workspace.command(ANN, 'schedule add "daily 9:00" Name a bread.')
    await model.will_say("Brioche.")
    await workspace.fault("chat.postMessage", "lose")
    await workspace.command(ANN, "schedule run-now 1")
    answer = await posted(workspace, "Brioche.")
    await known(settings, answer["ts"])
    await model.will_say("Butter.")
    await workspace.say(BEN, "What is in it?", thread_ts=answer["ts"])
    await workspace.reply(answer["ts"], "Butter.", number=2, settled=True)
    own = (await workspace.state())["me"]["bot_id"]
    messages = (await workspace.state())["messages"][GENERAL]
    assert [shown(one) for one in messages if one.get("bot_id") == own] == ["Brioche.", "Butter."]

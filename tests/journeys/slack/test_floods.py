import pytest

from core import texts
from core.settings import Settings
from tests.journeys.control import Model
from tests.journeys.slack.workspace import ANN, BEN, RANDOM, Workspace, shown


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"person_per_minute": 2})


@pytest.mark.usefixtures("parley")
async def test_a_flood_of_one_person_is_answered_in_part_and_told_once(workspace: Workspace, model: Model) -> None:
    for number in range(2):
        await model.will_say(f"Answer {number}.")
        await workspace.reply(await workspace.say(ANN, f"@Parley question {number}"), f"Answer {number}.")
    third = await workspace.say(ANN, "@Parley question 2")
    await workspace.reply(third, texts.TOO_MANY_QUESTIONS)
    more = [await workspace.say(ANN, f"@Parley question {number}", RANDOM) for number in range(3, 10)]
    await model.will_say("Of course.")
    await workspace.reply(await workspace.say(BEN, "@Parley may I?"), "Of course.")
    told = [shown(message) for ts in more for message in await workspace.replies(ts, RANDOM)]
    assert told == []
    assert len(await model.requests()) == 3

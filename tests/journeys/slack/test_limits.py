import asyncio

import pytest

from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, BEN, CHLOE, Workspace, shown

CHANNELS = ("C0GENERAL1", "C0RANDOM01", "C0SUPPORT1")


@pytest.mark.usefixtures("parley")
async def test_twenty_answers_at_once_are_whole_and_meet_no_limit(workspace: Workspace, model: Model) -> None:
    await model.patch("/control/rules", answer_tokens=150, tokens_per_s=50, first_token_s=0.2)
    asked = [(CHANNELS[number % 3], (ANN, BEN, CHLOE)[number // 3 % 3]) for number in range(20)]
    stamps = await asyncio.gather(
        *(
            workspace.say(person, f"@Parley question {number}", channel)
            for number, (channel, person) in enumerate(asked)
        )
    )
    whole = " ".join(f"word{number:04}" for number in range(1, 151))

    async def finished() -> bool:
        texts = [
            [shown(message) for message in await workspace.replies(ts, channel)]
            for ts, (channel, _) in zip(stamps, asked, strict=True)
        ]
        return texts == [[whole]] * len(asked)

    await until(finished, 30.0)
    calls = await workspace.get("/control/calls")
    assert [call for call in calls if call["status"] == 429] == []
    assert len(await workspace.calls("chat.update")) <= 50

"""A conversation on Discord that outgrows the model's window."""

from bots.service import serving as serving_parley
from core import history, texts
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.discord.server import ANN, Server, labels

PADDING = "and so on and on " * 35


async def talk(server: Server, count: int) -> list[str]:
    """Ask so many long questions in a direct message, one after the other; what Parley answers."""
    for number in range(1, count + 1):
        await server.say(ANN, f"question {number} {PADDING}", channel="dm:Ann")

        async def answered(expected: int = number) -> bool:
            own = await server.own("dm:Ann")
            return len(own) == expected and "Regenerate" in labels(own[-1])

        await until(answered)
    return [message["content"] for message in await server.own("dm:Ann")]


async def test_people_are_told_once_and_a_summary_takes_the_place_of_what_falls_out(
    server: Server, model: Model, settings: Settings
) -> None:
    await model.patch("/control/rules", context_window=1_200)
    await model.will_say("Noted.", times=60)
    small = settings.model_copy(update={"context_tokens": 1_200, "answer_tokens": 100, "summaries": "on"})
    async with serving_parley(small, frozenset({Platform.DISCORD})):
        answers = await talk(server, 8)
    assert [texts.OLDER_SUMMARISED in answer for answer in answers].count(True) == 1
    assert {answer.partition("\n")[0] for answer in answers} == {"Noted."}
    newest = [body["messages"] for body in await model.requests() if "question 8 " in body["messages"][-1]["content"]]
    assert newest[0][1]["content"].startswith(f"Parley (earlier): {history.SUMMARY_MARK}\nNoted.")
    assert "question 1 " not in str(newest)

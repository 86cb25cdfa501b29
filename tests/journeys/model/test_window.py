"""A conversation that outgrows the model's window: what the model is given then, and what people are told of it."""

import sqlite3
from pathlib import Path
from typing import Any

from core import history, summaries, texts, tokens
from tests.journeys.control import Model, until
from tests.journeys.model.conftest import Start
from tests.journeys.slack.workspace import ANN, BEN, GENERAL, Workspace, is_settled, shown
from tests.vocabularies.tiktoken_ext import small

WINDOW = {"PARLEY_CONTEXT_TOKENS": 1_200, "PARLEY_ANSWER_TOKENS": 100}
REMEMBERING = WINDOW | {"PARLEY_SUMMARIES": "on"}
PADDING = "and so on and on " * 35


async def say(workspace: Workspace, number: int, root: str = "", user: str = ANN, saying: str = "") -> str:
    """Ask a long question, and wait until it is answered; the message's id."""
    asked = f"@Parley question {number} {saying} {PADDING}"
    ts = await workspace.say(user, asked, **({"thread_ts": root} if root else {}))

    async def answered() -> bool:
        replies = await workspace.replies(root or ts)
        return len(replies) == number and is_settled(replies[-1])

    await until(answered)
    return ts


async def answers(workspace: Workspace, root: str) -> list[str]:
    return [shown(reply) for reply in await workspace.replies(root)]


async def conversation(workspace: Workspace, count: int) -> str:
    root = await say(workspace, 1)
    for number in range(2, count + 1):
        await say(workspace, number, root)
    return root


def is_minutes(body: dict[str, Any]) -> bool:
    return bool(body["messages"][0]["content"] == summaries.INSTRUCTION)


async def asked(model: Model) -> list[dict[str, Any]]:
    """The requests for answers, without those for summaries."""
    return [body for body in await model.requests() if not is_minutes(body)]


async def summarised(model: Model, tmp_path: Path, count: int = 1) -> list[dict[str, Any]]:
    """The requests for summaries, once as many were kept."""

    async def kept() -> bool:
        with sqlite3.connect(tmp_path / "parley.db") as database:
            (found,) = database.execute("SELECT count(*) FROM summary WHERE forgotten_at IS NULL").fetchone()
        database.close()
        return bool(found >= count)

    await until(kept)
    return [body for body in await model.requests() if is_minutes(body)]


async def test_the_oldest_messages_are_left_out_and_people_are_told_once(
    workspace: Workspace, model: Model, parley: Start
) -> None:
    await model.patch("/control/rules", context_window=1_200)
    async with parley(**WINDOW):
        root = await conversation(workspace, 7)
    told = [texts.OLDER_LEFT_OUT in answer for answer in await answers(workspace, root)]
    assert told.count(True) == 1
    bodies = await model.requests()
    assert len(bodies) == 7
    for number, body in enumerate(bodies, 1):
        assert [one["role"] for one in body["messages"]] == ["system", "user", *["assistant", "user"] * 9][
            : len(body["messages"])
        ]
        assert f"question {number} " in body["messages"][-1]["content"]
    assert "question 1 " not in str(bodies[-1])


async def test_where_a_vocabulary_is_there_prompts_are_counted_by_it(
    workspace: Workspace, model: Model, parley: Start, tmp_path: Path
) -> None:
    small.fetched(tmp_path)
    question = f"two {small.LINE} " * 30
    async with parley(**WINDOW, TIKTOKEN_CACHE_DIR=str(tmp_path), PARLEY_ENCODING="small") as service:
        models = service.parts.models

        async def loaded() -> bool:
            return models.choose().count is not tokens.estimate

        await until(loaded)
        await model.will_say("One.", times=2)
        root = await workspace.say(ANN, "@Parley one")
        await workspace.reply(root, "One.", settled=True)
        await workspace.say(ANN, question, thread_ts=root)
        await workspace.reply(root, "One.", number=2, settled=True)
    assert models.choose().count(question) < 200 < WINDOW["PARLEY_CONTEXT_TOKENS"] < tokens.estimate(question)
    assert "Ann: one" in str((await model.requests())[-1])


async def test_the_version_that_takes_the_place_of_the_one_that_told_tells_again(
    workspace: Workspace, model: Model, parley: Start
) -> None:
    async with parley(PARLEY_HISTORY_MESSAGES=2):
        await model.will_say("One.")
        root = await workspace.say(ANN, "@Parley one")
        await workspace.reply(root, "One.", settled=True)
        await model.will_say("Two.")
        await workspace.say(ANN, "two", thread_ts=root)
        told = await workspace.reply(root, f"Two.\n\n_{texts.OLDER_LEFT_OUT}_", number=2, settled=True)
        await model.will_say("Second.")
        await workspace.post("/control/actions", user=ANN, channel=GENERAL, ts=told["ts"], action_id="reply_again")
        await workspace.reply(root, f"Second.\n\n_{texts.OLDER_LEFT_OUT}_", number=2, settled=True)
        await model.will_say("Three.")
        await workspace.say(ANN, "three", thread_ts=root)
        await workspace.reply(root, "Three.", number=3, settled=True)


async def test_what_is_too_long_after_all_is_asked_once_more_with_less(
    workspace: Workspace, model: Model, parley: Start
) -> None:
    await model.patch("/control/rules", context_window=1_000)
    async with parley():
        root = await conversation(workspace, 6)
    assert not any("longer than the model can read" in answer for answer in await answers(workspace, root))
    requests = (await model.get("/control/requests"))["requests"]
    refused = [request["status"] for request in requests].count(400)
    assert 1 <= refused <= 2
    assert len(requests) == 6 + refused


async def test_a_model_whose_window_is_far_smaller_than_thought_is_given_what_it_says_that_it_takes(
    workspace: Workspace, model: Model, parley: Start
) -> None:
    async with parley():
        root = await conversation(workspace, 9)
        before = len(await model.requests())
        await model.patch("/control/rules", context_window=1_500)
        for number in (10, 11):
            await say(workspace, number, root)
        answer = (await answers(workspace, root))[-1]
    assert "longer than the model can read" not in answer
    statuses = [request["status"] for request in (await model.get("/control/requests"))["requests"]]
    assert statuses[before:] == [400, 200, 200]


async def test_a_question_that_is_too_long_by_itself_is_not_asked_twice(
    workspace: Workspace, model: Model, parley: Start
) -> None:
    await model.patch("/control/rules", context_window=600)
    async with parley():
        ts = await workspace.say(ANN, f"@Parley {'word ' * 1_000}")
        await workspace.reply(ts, f"{texts.TOO_LONG} (Reference: r1)", settled=True)
        assert len(await model.requests()) == 1
        await say(workspace, 1)


async def test_a_summary_takes_the_place_of_what_falls_out(
    workspace: Workspace, model: Model, parley: Start, tmp_path: Path
) -> None:
    await model.patch("/control/rules", context_window=1_200)
    async with parley(**WINDOW):
        assert "without a summary, as Parley is set up" in await workspace.command(BEN, "summaries")
        assert await workspace.command(ANN, "summaries on") == (
            "A summary takes the place of older messages that have no room."
        )
        root = await conversation(workspace, 4)
        minutes = await summarised(model, tmp_path)
        for number in range(5, 9):
            await say(workspace, number, root)
        await summarised(model, tmp_path, 2)
        bodies = await asked(model)
        assert "without a summary." in await workspace.command(ANN, "summaries off")
        await say(workspace, 9, root)
        assert history.SUMMARY_MARK not in str((await asked(model))[-1])
    assert "question 1 " in minutes[0]["messages"][1]["content"]
    first = bodies[-1]["messages"][1]
    assert (first["role"], first["content"].startswith(f"Parley (earlier): {history.SUMMARY_MARK}")) == ("user", True)
    assert "question 1 " not in str(bodies[-1])
    assert "Ann: question 8 " in bodies[-1]["messages"][-1]["content"]
    told = [texts.OLDER_SUMMARISED in answer for answer in await answers(workspace, root)]
    assert told.count(True) == 1
    later = [body for body in await model.requests() if is_minutes(body)][-1]["messages"][1]["content"]
    assert later.startswith("The minutes so far:")


async def test_what_is_edited_or_deleted_is_in_no_summary_any_more(
    workspace: Workspace, model: Model, parley: Start, tmp_path: Path
) -> None:
    await model.will_say("Noted.", times=40)
    async with parley(**REMEMBERING):
        root = await say(workspace, 1, user=BEN, saying="hunter2")
        for number in range(2, 5):
            await say(workspace, number, root)
        assert "hunter2" in str(await summarised(model, tmp_path))
        await workspace.edit(BEN, root, f"@Parley forget it {PADDING}")
        with sqlite3.connect(tmp_path / "parley.db") as database:
            kept = database.execute("SELECT text FROM summary").fetchall()
        database.close()
        assert {text for (text,) in kept} == {""}
        before = len(await model.requests())
        await say(workspace, 5, root)
        await summarised(model, tmp_path)
    assert "hunter2" not in str((await model.requests())[before:])


async def test_no_reply_waits_for_a_summary(workspace: Workspace, model: Model, parley: Start) -> None:
    async with parley(**REMEMBERING):
        root = await say(workspace, 1)
        await model.will_say("Answer.")
        await model.will_say("The minutes.", hold=True)
        await say(workspace, 2, root)

        async def held() -> bool:
            return bool((await model.get("/control/answers"))["held"])

        await until(held)
        assert is_minutes((await model.requests())[-1])
        await model.will_say("Not kept waiting.")
        await workspace.say(ANN, "quick?", thread_ts=root)
        await workspace.reply(root, "Not kept waiting.", number=3)


async def test_without_the_setting_nothing_is_summarised(workspace: Workspace, model: Model, parley: Start) -> None:
    async with parley(**WINDOW):
        await conversation(workspace, 6)
    assert not any(is_minutes(body) for body in await model.requests())

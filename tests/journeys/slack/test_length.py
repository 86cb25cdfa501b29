import re
from typing import Any

import pytest

from bots.service import Service
from bots.service import serving as serving_parley
from core import texts
from core.settings import Settings
from storage.words import Platform
from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, GENERAL, Workspace, is_settled, shown

SLACK = frozenset({Platform.SLACK})
TABLE = "| Fruit | Price |\n|---|---|\n" + "".join(f"| Apple {n} | {n} |\n" for n in range(600))
CJK = "".join(f"第{n}段。これは長い文章です。句読点もあります。\n\n" for n in range(300))


def numbered(characters: int) -> str:
    """A text of exactly so many characters, in which every line is another."""
    lines = "".join(f"{number:05} and so on\n" for number in range(characters // 16 + 1))
    return lines[: characters - 1] + "."


async def finished(workspace: Workspace, ts: str) -> list[dict[str, Any]]:
    async def look() -> list[dict[str, Any]] | None:
        replies = await workspace.replies(ts)
        return replies if replies and is_settled(replies[-1]) else None

    return await until(look, 40.0)


async def attachment(workspace: Workspace, message: dict[str, Any]) -> str:
    """What the file of a message says."""
    (file,) = message["files"]
    return await workspace.file(file["url_private"])


@pytest.mark.usefixtures("parley")
@pytest.mark.parametrize("characters", [3_899, 3_900, 3_901, 3_999, 4_000, 4_001, 12_000])
async def test_nothing_is_lost_or_repeated_at_the_limits(workspace: Workspace, model: Model, characters: int) -> None:
    text = numbered(characters)
    assert len(text) == characters
    await model.will_say(text)
    ts = await workspace.say(ANN, "@Parley write a lot")
    replies = await finished(workspace, ts)
    assert "".join(shown(reply) for reply in replies) == text
    assert len(replies) == characters // 3_901 + 1
    assert all(is_settled(reply) == (reply is replies[-1]) for reply in replies)


@pytest.mark.usefixtures("parley")
@pytest.mark.parametrize("text", [TABLE.strip(), CJK.strip(), "&<>" * 2_000, "x" * 9_000], ids=str.isalpha)
async def test_nothing_is_lost_whatever_is_written(workspace: Workspace, model: Model, text: str) -> None:
    await model.will_say(text)
    ts = await workspace.say(ANN, "@Parley write a lot")
    replies = await finished(workspace, ts)
    assert "".join(shown(reply) for reply in replies) == text
    assert len(replies) > 1


@pytest.mark.usefixtures("parley")
async def test_a_fence_is_closed_and_opened_again_with_its_language(workspace: Workspace, model: Model) -> None:
    code = "".join(f"print({number:05})\n" for number in range(900))
    await model.will_say(f"Here:\n\n```python\n{code}```\n\nDone.")
    ts = await workspace.say(ANN, "@Parley write code")
    pieces = [shown(reply) for reply in await finished(workspace, ts)]
    assert len(pieces) > 2
    assert all(piece.count("```") == 2 and "```python\n" in piece for piece in pieces)
    assert "".join(re.findall(r"print\(\d+\)\n", "".join(pieces))) == code


async def test_the_rest_of_a_very_long_answer_is_a_file(workspace: Workspace, model: Model, settings: Settings) -> None:
    text = numbered(60_000)
    await model.will_say(text)
    async with serving_parley(settings.model_copy(update={"max_messages": 3}), SLACK):
        ts = await workspace.say(ANN, "@Parley write a book")
        *messages, file = await finished(workspace, ts)
        assert len(messages) == 3
        assert "".join(shown(message) for message in messages) + await attachment(workspace, file) == text
        await model.will_say("Short.")
        await workspace.post("/control/actions", user=ANN, channel=GENERAL, ts=file["ts"], action_id="reply_again")

        async def short() -> bool:
            return [shown(message) for message in await workspace.replies(ts)] == ["Short."]

        await until(short)


async def test_what_is_to_be_known_of_an_answer_stands_beside_its_file(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    refusal = '{"ok":false,"error":"invalid_blocks"}'
    async with serving_parley(settings.model_copy(update={"max_messages": 1}), SLACK):
        for _ in range(2):
            await model.will_say(numbered(9_000), finish_reason="length")
            ts = await workspace.say(ANN, "@Parley write a book")
            _, file = await finished(workspace, ts)
            assert shown(file) == f"_{texts.ENDINGS['length']}_"
            assert (await attachment(workspace, file)).endswith(f"\n\n_{texts.ENDINGS['length']}_")
            await workspace.fault("files.completeUploadExternal", "status", status=200, body=refusal)


async def test_a_file_is_attached_once_though_the_answer_to_it_is_lost(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    await workspace.fault("files.completeUploadExternal", "lose")
    await model.will_say(numbered(9_000))
    async with serving_parley(settings.model_copy(update={"max_messages": 1}), SLACK):
        ts = await workspace.say(ANN, "@Parley write a book")
        assert len(await finished(workspace, ts)) == 2


@pytest.mark.parametrize("error", ["invalid_blocks", "internal_error"])
async def test_a_file_is_there_whether_or_not_slack_takes_buttons_with_it(
    workspace: Workspace, model: Model, settings: Settings, error: str
) -> None:
    refusal = f'{{"ok":false,"error":"{error}"}}'
    await workspace.fault("files.completeUploadExternal", "status", status=200, body=refusal)
    await model.will_say(numbered(9_000))
    async with serving_parley(settings.model_copy(update={"max_messages": 1}), SLACK):
        ts = await workspace.say(ANN, "@Parley write a book")
        _, file = await finished(workspace, ts)
        assert file["files"]


async def test_without_the_scope_for_files_the_messages_stay_and_the_thread_goes_on(
    workspace: Workspace, model: Model, settings: Settings
) -> None:
    scopes = [one for one in (await workspace.get("/control/rules"))["scopes"] if one != "files:write"]
    await workspace.patch("/control/rules", scopes=scopes)
    await model.will_say(numbered(9_000))
    async with serving_parley(settings.model_copy(update={"max_messages": 1}), SLACK):
        ts = await workspace.say(ANN, "@Parley write a book")

        async def posted() -> bool:
            return bool(await workspace.replies(ts))

        await until(posted)
        await model.will_say("Going on.")
        await workspace.say(ANN, "and?", thread_ts=ts)
        await workspace.reply(ts, "Going on.", number=2)
    assert len(await workspace.calls("files.getUploadURLExternal")) == 1


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long"])
async def test_blocks_that_slack_refuses_are_left_out(
    workspace: Workspace, model: Model, parley: Service, error: str
) -> None:
    await workspace.fault("chat.postMessage", "status", status=200, body=f'{{"ok":false,"error":"{error}"}}')
    await model.will_say("**Bold** & <b>", tokens_per_s=10)
    ts = await workspace.say(ANN, "@Parley hello")

    async def plain() -> bool:
        replies = await workspace.replies(ts)
        return [(one["text"], one.get("blocks")) for one in replies] == [("**Bold** &amp; &lt;b&gt;", None)]

    await until(plain)

from typing import Any

import pytest

from tests.journeys.control import Model, until
from tests.journeys.slack.workspace import ANN, Workspace, shown

pytestmark = pytest.mark.usefixtures("parley")

HARMLESS = (
    "Write to ann@example.com or see https://example.com/@ann?x=<1>.\n\n"
    "```html\n<!DOCTYPE html>\n<!-- a comment -->\n<a href='mailto:ben@example.com'>@ben</a>\n```\n\n"
    "`@decorator` and `git@github.com:a/b.git`, and @everyone in words."
)
HARMFUL = "<!channel> <!here|here> <!everyone> <!subteam^S0TEAM0001> <@U0BEN00001> <@U0BEN00001|ben>"


async def whole(workspace: Workspace, ts: str, text: str) -> dict[str, Any]:
    """The reply once it says this, but for what keeps it from notifying."""

    async def look() -> dict[str, Any] | None:
        replies = await workspace.replies(ts)
        return replies[0] if replies and shown(replies[0]).replace("\u2060", "") == text else None

    return await until(look)


@pytest.mark.parametrize("size", [1, 2, 7, 1_000])
async def test_nobody_is_notified_however_the_deltas_are_cut(workspace: Workspace, model: Model, size: int) -> None:
    chunks = [HARMFUL[start : start + size] for start in range(0, len(HARMFUL), size)]
    await model.will_say(chunks=chunks, tokens_per_s=100)
    ts = await workspace.say(ANN, "@Parley ping them all")
    await whole(workspace, ts, HARMFUL)
    assert (await workspace.state())["pings"] == []
    for call in [*await workspace.calls("chat.postMessage"), *await workspace.calls("chat.update")]:
        assert call["args"]["parse"] == "none"


async def test_addresses_and_code_are_shown_as_they_are(workspace: Workspace, model: Model) -> None:
    await model.will_say(HARMLESS)
    ts = await workspace.say(ANN, "@Parley say it")
    await workspace.reply(ts, HARMLESS)
    assert (await workspace.state())["pings"] == []


async def test_what_a_command_shows_is_no_markup(workspace: Workspace) -> None:
    await workspace.patch("/control/rules", escape_commands=False)
    typed, shown_as = "<!here> & <b|Ann>", "&lt;!here&gt; &amp; &lt;b|Ann&gt;"
    assert shown_as in await workspace.command(ANN, f'persona create "{typed}" Be kind.')
    assert shown_as in await workspace.command(ANN, "persona list")
    form = await workspace.opened(ANN, f'persona edit "{typed}"')
    await workspace.saved(ANN, form, instruction="Be short.")
    assert shown_as in (await workspace.state())["ephemerals"][-1]["text"]


async def test_a_loop_of_two_bots_ends(workspace: Workspace, model: Model) -> None:
    await workspace.command(ANN, "listen every")
    await model.will_say("Hello, <@U0DEPLOY01>!")
    ts = await workspace.say(ANN, "@Parley greet the other bot")
    await whole(workspace, ts, "Hello, <@U0DEPLOY01>!")
    for _ in range(3):
        await workspace.say("deploybot", "@Parley hello, and what do you say?", thread_ts=ts)
    other = await workspace.say("deploybot", "@Parley hello from the other bot")
    await model.will_say("Bye.")
    await workspace.say(ANN, "stop it, both", thread_ts=ts)
    await workspace.reply(ts, "Bye.", number=2)
    assert await workspace.replies(other) == []
    assert len(await model.requests()) == 2

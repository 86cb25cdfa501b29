"""chat.*: what may be posted and changed, by whom, and who is pinged by it."""

from typing import Any

import pytest

from bots.playground.slack.driving import LocalSlack, local_slack
from bots.playground.slack.rules import BOT_SCOPES, Rules

GENERAL = "C0GENERAL1"
FREE = Rules(rate_limits=False)


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


async def posted(slack: LocalSlack, **args: Any) -> dict[str, Any]:
    answer = await slack.call("chat.postMessage", channel=GENERAL, **args)
    assert answer["ok"], answer
    return answer


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"channel": "C0NOWHERE1", "text": "x"}, "channel_not_found"),
        ({"channel": "C0LEADERS1", "text": "x"}, "channel_not_found"),
        ({"channel": GENERAL}, "no_text"),
        ({"channel": GENERAL, "text": " \n"}, "no_text"),
        ({"channel": GENERAL, "text": "x", "thread_ts": ""}, "invalid_thread_ts"),
        ({"channel": GENERAL, "text": "x", "thread_ts": "soon"}, "invalid_thread_ts"),
        ({"channel": GENERAL, "text": "x", "thread_ts": "1700000000.000100"}, "thread_not_found"),
        ({"channel": GENERAL, "text": "x", "markdown_text": "x"}, "markdown_text_conflict"),
        ({"channel": GENERAL, "markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"channel": GENERAL, "blocks": [section("x")] * 51}, "invalid_blocks"),
        ({"channel": GENERAL, "blocks": [section("x" * 3001)]}, "invalid_blocks"),
        ({"channel": GENERAL, "blocks": [{"type": "marquee"}]}, "invalid_blocks"),
        ({"channel": GENERAL, "blocks": [{"type": "markdown", "text": ""}]}, "invalid_blocks"),
        ({"channel": GENERAL, "blocks": "[{"}, "invalid_blocks_format"),
        ({"channel": GENERAL, "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"channel": GENERAL, "blocks": [{"type": "markdown", "text": "x" * 6001}] * 2}, "msg_blocks_too_long"),
        ({"channel": GENERAL, "text": "x", "metadata": {"payload": {}}}, "invalid_metadata_format"),
        ({"channel": GENERAL, "text": "x", "metadata": {"event_type": "a", "event_payload": 1}},
         "invalid_metadata_schema"),
        ({"channel": GENERAL, "text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_schema"),
        ({"channel": GENERAL, "text": "x", "metadata": {"event_type": "a", "event_payload": {"b": "x" * 17_000}}},
         "metadata_too_large"),
    ],
)  # fmt: skip
async def test_a_message_that_breaks_a_rule_is_refused(args: dict[str, Any], error: str) -> None:
    async with local_slack(FREE) as slack:
        assert (await slack.call("chat.postMessage", **args))["error"] == error
        assert await slack.messages() == []


async def test_text_over_40000_characters_is_cut_with_a_warning() -> None:
    async with local_slack(FREE) as slack:
        answer = await posted(slack, text="x" * 40_001)
    assert len(answer["message"]["text"]) == 40_000
    assert answer["response_metadata"]["warnings"] == ["message_truncated"]


async def test_markdown_text_of_12000_characters_is_posted_whole() -> None:
    async with local_slack(FREE) as slack:
        answer = await posted(slack, markdown_text="x" * 12_000)
    assert answer["message"]["blocks"][0]["type"] == "markdown"


async def test_a_reply_in_a_reply_goes_to_its_thread() -> None:
    async with local_slack(FREE) as slack:
        root = await slack.say("ann", "general", "root")
        first = await posted(slack, text="one", thread_ts=root)
        await posted(slack, text="two", thread_ts=first["ts"])
        messages = await slack.messages()
    assert [message["thread_ts"] for message in messages] == [root] * 3
    assert messages[0]["reply_count"] == 2
    assert messages[1]["parent_user_id"] == "U0ANN00001"


async def test_a_name_of_its_own_needs_a_scope_and_makes_a_bot_message_of_no_user() -> None:
    scopes = tuple(scope for scope in BOT_SCOPES if scope != "chat:write.customize")
    async with local_slack(FREE) as slack:
        message = (await posted(slack, text="arr", username="Pirate", icon_emoji=":parrot:"))["message"]
        await slack.control("PATCH", "rules", {"scopes": scopes})
        refused = await slack.call("chat.postMessage", channel=GENERAL, text="arr", username="Pirate")
    assert (message["subtype"], message["username"], "user" in message) == ("bot_message", "Pirate", False)
    assert message["bot_id"] == "B0PARLEY01"
    assert refused["needed"] == "chat:write.customize"


async def test_posting_to_a_person_reaches_their_direct_message() -> None:
    async with local_slack(FREE) as slack:
        answer = await slack.call("chat.postMessage", channel="U0ANN00001", text="psst")
    assert answer["channel"] == "D0ANN00001"


async def test_a_public_channel_that_the_app_is_not_in_needs_joining_first() -> None:
    async with local_slack(FREE) as slack:
        await slack.control("DELETE", "members", user="parley", channel="random")
        args = {"channel": "C0RANDOM01", "text": "x"}
        assert (await slack.call("chat.postMessage", **args))["error"] == "not_in_channel"
        await slack.call("conversations.join", channel="C0RANDOM01")
        assert (await slack.call("chat.postMessage", **args))["ok"]


async def test_an_update_over_4000_characters_is_refused() -> None:
    async with local_slack(FREE) as slack:
        ts = (await posted(slack, text="x"))["ts"]
        whole = await slack.call("chat.update", channel=GENERAL, ts=ts, text="x" * 4000)
        longer = await slack.call("chat.update", channel=GENERAL, ts=ts, text="x" * 4001)
    assert whole["ok"]
    assert longer["error"] == "msg_too_long"


async def test_only_the_apps_own_messages_can_be_changed_or_deleted() -> None:
    async with local_slack(FREE) as slack:
        ts = await slack.say("ann", "general", "mine")
        other = await slack.say("deploybot", "general", "deployed")
        for each in (ts, other):
            assert (await slack.call("chat.update", channel=GENERAL, ts=each, text="x"))["error"] == (
                "cant_update_message"
            )
            assert (await slack.call("chat.delete", channel=GENERAL, ts=each))["error"] == "cant_delete_message"
        gone = "1700000000.000100"
        assert (await slack.call("chat.update", channel=GENERAL, ts=gone, text="x"))["error"] == "message_not_found"
        assert (await slack.call("chat.delete", channel=GENERAL, ts=gone))["error"] == "message_not_found"


async def test_text_without_blocks_takes_the_old_blocks_away_and_shows_edited() -> None:
    async with local_slack(FREE) as slack:
        ts = (await posted(slack, text="x", blocks=[section("x")]))["ts"]
        with_blocks = await slack.call("chat.update", channel=GENERAL, ts=ts, text="y", blocks=[section("y")])
        text_only = await slack.call("chat.update", channel=GENERAL, ts=ts, text="z")
    assert with_blocks["message"]["blocks"][0]["text"]["text"] == "y"
    assert "edited" not in with_blocks["message"]
    assert "blocks" not in text_only["message"]
    assert text_only["message"]["edited"]["user"] == "U0PARLEY01"


async def test_an_update_with_nothing_in_it_is_refused() -> None:
    async with local_slack(FREE) as slack:
        ts = (await posted(slack, text="x"))["ts"]
        for args in ({}, {"text": ""}, {"blocks": [], "text": ""}):
            answer = await slack.call("chat.update", channel=GENERAL, ts=ts, **args)
            assert answer["error"] == "no_text"


async def test_a_deleted_root_leaves_a_tombstone_and_a_deleted_reply_nothing() -> None:
    async with local_slack(FREE) as slack:
        root = (await posted(slack, text="root"))["ts"]
        reply = (await posted(slack, text="reply", thread_ts=root))["ts"]
        await slack.call("chat.delete", channel=GENERAL, ts=root)
        assert [m.get("subtype") for m in await slack.messages()] == ["tombstone", None]
        await slack.call("chat.delete", channel=GENERAL, ts=reply)
        assert [m["ts"] for m in await slack.messages()] == [root]


async def test_an_ephemeral_message_is_for_one_member_and_not_kept() -> None:
    async with local_slack(FREE) as slack:
        await slack.call("chat.postEphemeral", channel=GENERAL, user="U0BEN00001", text="only you")
        stranger = await slack.call("chat.postEphemeral", channel="D0ANN00001", user="U0BEN00001", text="x")
        state = await slack.state()
    assert [(e["user"], e["text"]) for e in state["ephemerals"]] == [("U0BEN00001", "only you")]
    assert state["messages"][GENERAL] == []
    assert stranger["error"] == "user_not_in_channel"


async def test_a_permalink_names_channel_and_message() -> None:
    async with local_slack(FREE) as slack:
        ts = (await posted(slack, text="x"))["ts"]
        answer = await slack.call("chat.getPermalink", channel=GENERAL, message_ts=ts)
    assert answer["permalink"] == f"https://playground.slack.com/archives/{GENERAL}/p{ts.replace('.', '')}"


@pytest.mark.parametrize(
    ("args", "who"),
    [
        ({"text": "hi <@U0BEN00001> and `<!channel>`"}, ["U0BEN00001", "channel"]),
        ({"text": "x", "blocks": [section("<!here|here>")]}, ["here"]),
        ({"blocks": [{"type": "markdown", "text": "```\n<!everyone>\n```"}]}, ["everyone"]),
        ({"markdown_text": "<!subteam^S123>"}, ["S123"]),
        ({"text": "&lt;!channel&gt; @here <#C1|x> <https://a.b|@channel>"}, []),
        ({"text": "x", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "<!channel>"}}]}, []),
        ({"text": "x", "blocks": [{"type": "rich_text", "elements": [
            {"type": "rich_text_section", "elements": [{"type": "broadcast", "range": "channel"}]}]}]}, ["channel"]),
    ],
)  # fmt: skip
async def test_everybody_whom_a_message_would_ping_is_recorded(args: dict[str, Any], who: list[str]) -> None:
    async with local_slack(FREE) as slack:
        await posted(slack, **args)
        state = await slack.state()
    assert state["messages"][GENERAL][0]["pings"] == who
    assert [ping["who"] for ping in state["pings"]] == who


async def test_an_edit_that_adds_a_ping_is_recorded_and_peoples_mentions_are_not() -> None:
    async with local_slack(FREE) as slack:
        await slack.say("ann", "general", "@here")
        ts = (await posted(slack, text="<@U0BEN00001>"))["ts"]
        await slack.call("chat.update", channel=GENERAL, ts=ts, text="<@U0BEN00001> <!here>")
        pings = (await slack.state())["pings"]
    assert [ping["who"] for ping in pings] == ["U0BEN00001", "here"]


async def test_a_reaction_is_added_once_and_removed_once() -> None:
    async with local_slack(FREE) as slack:
        ts = await slack.say("ann", "general", "x")
        args = {"channel": GENERAL, "timestamp": ts, "name": "eyes"}
        answers = [await slack.call(f"reactions.{verb}", **args) for verb in ("add", "add", "remove", "remove")]
        bad = await slack.call("reactions.add", channel=GENERAL, timestamp=ts, name="not a name")
    assert [answer.get("error") for answer in answers] == [None, "already_reacted", None, "no_reaction"]
    assert bad["error"] == "invalid_name"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"channel": GENERAL}, "no_item_specified"),
        ({"timestamp": "1700000000.000100"}, "no_item_specified"),
        ({"channel": GENERAL, "timestamp": "soon"}, "bad_timestamp"),
        ({"channel": GENERAL, "timestamp": "1700000000.000100"}, "message_not_found"),
    ],
)
async def test_a_reaction_needs_its_message(given: dict[str, str], error: str) -> None:
    async with local_slack(FREE) as slack:
        assert (await slack.call("reactions.add", name="eyes", **given))["error"] == error

"""conversations.*: what the app sees of channels and their messages."""

import pytest

from bots.playground.slack.driving import LocalSlack, local_slack
from bots.playground.slack.rules import BOT_SCOPES, RepliesLimit, Rules

GENERAL = "C0GENERAL1"
FREE = Rules(rate_limits=False)


async def a_thread(slack: LocalSlack, replies: int) -> list[str]:
    root = await slack.say("ann", "general", "root")
    return [root] + [await slack.say("ben", "general", str(n), thread_ts=root) for n in range(replies)]


async def test_replies_come_oldest_first_in_pages_and_begin_with_the_root() -> None:
    async with local_slack(FREE) as slack:
        thread = await a_thread(slack, 6)
        found, cursor, pages = [], "", 0
        while pages == 0 or cursor:
            page = await slack.call("conversations.replies", channel=GENERAL, ts=thread[0], limit=3, cursor=cursor)
            found += [message["ts"] for message in page["messages"]]
            cursor, pages = page.get("response_metadata", {}).get("next_cursor", ""), pages + 1
            assert page["has_more"] is bool(cursor)
    assert found == thread
    assert pages == 3


async def test_replies_keep_within_their_bounds() -> None:
    async with local_slack(FREE) as slack:
        thread = await a_thread(slack, 4)
        args = {"channel": GENERAL, "ts": thread[0], "oldest": thread[2], "latest": thread[3]}
        between = await slack.call("conversations.replies", **args)
        within = await slack.call("conversations.replies", **args, inclusive=True)
    assert [message["ts"] for message in between["messages"]] == [thread[0]]
    assert [message["ts"] for message in within["messages"]] == [thread[0], *thread[2:4]]


async def test_the_timestamp_of_a_reply_gives_that_reply_alone() -> None:
    async with local_slack(FREE) as slack:
        thread = await a_thread(slack, 2)
        answer = await slack.call("conversations.replies", channel=GENERAL, ts=thread[1])
        missing = await slack.call("conversations.replies", channel=GENERAL, ts="1700000000.000100")
    assert [message["ts"] for message in answer["messages"]] == [thread[1]]
    assert missing["error"] == "thread_not_found"


async def test_history_is_newest_first_and_without_replies() -> None:
    async with local_slack(FREE) as slack:
        thread = await a_thread(slack, 2)
        later = await slack.say("ben", "general", "later")
        shown = await slack.say("ben", "general", "to all", thread_ts=thread[0], broadcast=True)
        first = await slack.call("conversations.history", channel=GENERAL, limit=2)
        cursor = first["response_metadata"]["next_cursor"]
        second = await slack.call("conversations.history", channel=GENERAL, limit=2, cursor=cursor)
    assert [message["ts"] for message in first["messages"]] == [shown, later]
    assert [message["ts"] for message in second["messages"]] == [thread[0]]
    assert second["has_more"] is False


async def test_restricted_apps_get_15_objects_and_one_request_a_minute() -> None:
    async with local_slack(Rules(replies_limit=RepliesLimit.RESTRICTED)) as slack:
        thread = await a_thread(slack, 20)
        args = {"channel": GENERAL, "ts": thread[0], "limit": 1000}
        first = await slack.call("conversations.replies", **args)
        second = await slack.call("conversations.replies", **args)
    assert [message["ts"] for message in first["messages"]] == thread[:15]
    assert second["error"] == "ratelimited"


async def test_metadata_is_given_only_when_asked_for() -> None:
    async with local_slack(FREE) as slack:
        metadata = {"event_type": "reply", "event_payload": {"run": "1"}}
        posted = await slack.call("chat.postMessage", channel=GENERAL, text="x", metadata=metadata)
        args = {"channel": GENERAL, "ts": posted["ts"]}
        plain = await slack.call("conversations.replies", **args)
        asked = await slack.call("conversations.replies", **args, include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert asked["messages"][0]["metadata"] == metadata


@pytest.mark.parametrize("method", ["conversations.history", "conversations.info", "conversations.members"])
async def test_a_private_channel_without_the_app_does_not_exist_for_it(method: str) -> None:
    async with local_slack(FREE) as slack:
        assert (await slack.call(method, channel="C0LEADERS1"))["error"] == "channel_not_found"
        await slack.control("POST", "members", {"user": "parley", "channel": "leadership"})
        assert (await slack.call(method, channel="C0LEADERS1"))["ok"]


async def test_a_public_channel_without_the_app_cannot_be_read() -> None:
    async with local_slack(FREE) as slack:
        await slack.control("DELETE", "members", user="parley", channel="random")
        read = await slack.call("conversations.history", channel="C0RANDOM01")
        info = await slack.call("conversations.info", channel="C0RANDOM01")
    assert read["error"] == "not_in_channel"
    assert info["channel"]["is_member"] is False


async def test_the_list_holds_public_channels_and_those_the_app_is_in() -> None:
    async with local_slack(FREE) as slack:
        public = await slack.call("conversations.list", limit=2)
        rest = await slack.call("conversations.list", cursor=public["response_metadata"]["next_cursor"])
        private = await slack.call("conversations.list", types="private_channel,im")
        wrong = await slack.call("conversations.list", types="secret")
    assert [channel["name"] for channel in public["channels"] + rest["channels"]] == ["general", "random", "support"]
    assert [channel["id"] for channel in private["channels"]] == ["D0ANN00001", "D0BEN00001", "D0CHLOE001"]
    assert wrong["error"] == "invalid_types"


async def test_opening_a_direct_message_gives_the_same_one_each_time() -> None:
    async with local_slack(FREE) as slack:
        opened = await slack.call("conversations.open", users="U0BEN00001", return_im=True)
        nobody = await slack.call("conversations.open", users="U0NOBODY00")
        itself = await slack.call("conversations.open", users="U0PARLEY01")
    assert opened["channel"]["id"] == "D0BEN00001"
    assert opened["channel"]["user"] == "U0BEN00001"
    assert nobody["error"] == "user_not_found"
    assert itself["error"] == "cannot_dm_bot"


async def test_each_kind_of_conversation_takes_a_scope_of_its_own() -> None:
    async with local_slack(Rules(rate_limits=False, scopes=("channels:read", "im:write"))) as slack:
        public = await slack.call("users.conversations")
        direct = {"channel": "D0ANN00001"}
        refused = [
            await slack.call("conversations.info", **direct),
            await slack.call("conversations.members", **direct),
            await slack.call("conversations.list", types="public_channel,im"),
            await slack.call("users.conversations", types="im"),
        ]
        group = await slack.call("conversations.open", users="U0ANN00001,U0BEN00001")
    assert [channel["name"] for channel in public["channels"]] == ["general", "random", "support"]
    assert [answer.get("needed") for answer in refused] == ["im:read"] * 4
    assert group["needed"] == "mpim:write"


async def test_a_message_to_several_people_opens_one_group_for_them() -> None:
    async with local_slack(Rules(rate_limits=False, scopes=(*BOT_SCOPES, "mpim:write"))) as slack:
        first = await slack.call("conversations.open", users="U0ANN00001,U0BEN00001", return_im=True)
        again = await slack.call("conversations.open", users="U0BEN00001,U0ANN00001")
        many = await slack.call("conversations.open", users=",".join(f"U{n}" for n in range(9)))
        posted = await slack.call("chat.postMessage", channel=first["channel"]["id"], text="hello")
    assert first["channel"]["is_mpim"]
    assert "already_open" not in first
    assert again == {"ok": True, "channel": {"id": first["channel"]["id"]}, "no_op": True, "already_open": True}
    assert many["error"] == "too_many_users"
    assert posted["ok"]


async def test_joining_twice_warns_and_private_channels_cannot_be_joined() -> None:
    async with local_slack(FREE) as slack:
        again = await slack.call("conversations.join", channel=GENERAL)
        direct = await slack.call("conversations.join", channel="D0ANN00001")
        hidden = await slack.call("conversations.join", channel="C0LEADERS1")
    assert again["warning"] == "already_in_channel"
    assert direct["error"] == "method_not_supported_for_channel_type"
    assert hidden["error"] == "channel_not_found"

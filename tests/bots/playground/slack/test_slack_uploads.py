from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bots.playground.slack.channels import Channel, ChannelKind
from bots.playground.slack.default_world import default_world
from bots.playground.slack.driving import LocalSlack, local_slack
from bots.playground.slack.rules import BOT_SCOPES, Rules


def client_of(slack: LocalSlack) -> AsyncWebClient:
    client = AsyncWebClient("xoxb-playground", base_url=slack.api, session=slack.http)
    client.proxy = None
    return client


async def upload(slack: LocalSlack, **more: Any) -> str:
    answer = await client_of(slack).files_upload_v2(filename="notes.md", content="Grüße", **more)
    return str(answer["files"][0]["id"])


async def test_an_uploaded_file_is_shared_in_its_thread_and_says_where() -> None:
    async with local_slack() as slack, slack.watching() as watcher:
        root = await slack.say("ann", "general", "Notes?")
        file_id = await upload(slack, channel="C0GENERAL1", thread_ts=root)
        change = await watcher.until("message", lambda one: bool(one["message"].get("files")))
        assert change["message"]["thread_ts"] == root
        info = await slack.call("files.info", file=file_id)
        assert info["file"]["shares"] == {"public": {"C0GENERAL1": [{"ts": change["message"]["ts"]}]}}
        headers = {"Authorization": "Bearer xoxb-playground"}
        async with slack.http.get(info["file"]["url_private"], headers=headers) as answer:
            assert await answer.text() == "Grüße"


async def test_a_file_without_a_channel_stays_private() -> None:
    async with local_slack() as slack:
        file_id = await upload(slack)
        assert (await slack.call("files.info", file=file_id))["file"]["shares"] == {}


async def test_a_deleted_file_takes_its_message_along() -> None:
    async with local_slack(rules=Rules(share_delay_s=0.0)) as slack, slack.watching() as watcher:
        file_id = await upload(slack, channel="C0GENERAL1")
        await watcher.until("message", lambda one: bool(one["message"].get("files")))
        assert (await slack.call("files.delete", file=file_id))["ok"]
        assert await slack.messages() == []
        assert (await slack.call("files.delete", file=file_id))["error"] == "file_not_found"


async def test_uploads_need_their_scope() -> None:
    scopes = tuple(scope for scope in BOT_SCOPES if scope != "files:write")
    async with local_slack(rules=Rules(scopes=scopes)) as slack:
        with pytest.raises(SlackApiError, match="missing_scope"):
            await upload(slack, channel="C0GENERAL1")


async def test_fewer_bytes_than_announced_are_refused() -> None:
    async with local_slack() as slack:
        given = await slack.call("files.getUploadURLExternal", filename="a.txt", length=5)
        async with slack.http.post(given["upload_url"], data=b"abc") as answer:
            assert answer.status == 400
        completed = await slack.call("files.completeUploadExternal", files=[{"id": given["file_id"]}])
        assert completed["error"] == "file_not_found"


async def test_a_form_is_taken_as_well_and_the_file_goes_to_all_channels_under_its_title() -> None:
    async with local_slack(rules=Rules(share_delay_s=0.0)) as slack, slack.watching() as watcher:
        given = await slack.call("files.getUploadURLExternal", filename="a.txt", length=5)
        form = aiohttp.FormData()
        form.add_field("filename", b"hello", filename="a.txt")
        async with slack.http.post(given["upload_url"], data=form) as answer:
            assert await answer.text() == "OK - 5"
        files = [{"id": given["file_id"], "title": "Greeting"}]
        shared = {"files": files, "channels": "C0GENERAL1,C0RANDOM01"}
        completed = await slack.call("files.completeUploadExternal", **shared)
        for _ in range(2):
            await watcher.until("message", lambda one: bool(one["message"].get("files")))
        info = await slack.call("files.info", file=given["file_id"])
    assert completed["files"][0]["title"] == "Greeting"
    assert set(info["file"]["shares"]["public"]) == {"C0GENERAL1", "C0RANDOM01"}


async def test_a_group_message_sends_message_events_and_no_mentions() -> None:
    world = default_world()
    members: dict[str, None] = dict.fromkeys(("U0ANN00001", "U0BEN00001", world.me.id))
    world.add_channel(Channel("C0GROUP001", "mpdm-1", ChannelKind.GROUP, members=members))
    async with local_slack(world=world) as slack, slack.connected() as socket:
        await slack.say("ann", "C0GROUP001", "@Parley hello")
        event = (await socket.receive_json(timeout=5))["payload"]["event"]
        assert (event["type"], event["channel_type"]) == ("message", "mpim")
        info = await slack.call("conversations.info", channel="C0GROUP001")
        assert info["channel"]["is_mpim"]
        assert len(await slack.control("GET", "events-sent")) == 1

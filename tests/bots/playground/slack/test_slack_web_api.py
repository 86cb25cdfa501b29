"""What all Web API methods have in common, driven with the real client and with bare requests."""

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bots.playground.serving import serving
from bots.playground.slack.driving import LocalSlack, local_slack
from bots.playground.slack.rules import BOT_SCOPES, Rules
from bots.playground.slack.server import create_app


def client_of(slack: LocalSlack) -> AsyncWebClient:
    client = AsyncWebClient("xoxb-playground", base_url=slack.api, session=slack.http)
    client.proxy = None
    return client


async def test_the_real_client_learns_who_it_is_and_what_it_may_do() -> None:
    async with local_slack() as slack:
        answer = await client_of(slack).auth_test()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == ("T0PARLEY00", "U0PARLEY01", "B0PARLEY01")
    assert answer.headers["X-OAuth-Scopes"] == ",".join(BOT_SCOPES)


@pytest.mark.parametrize(
    ("method", "token", "error"),
    [
        ("no.such", "xoxb-playground", "unknown_method"),
        ("auth.test", "", "not_authed"),
        ("auth.test", "xoxb-other", "invalid_auth"),
        ("apps.connections.open", "xoxb-playground", "not_allowed_token_type"),
        ("chat.postMessage", "xapp-playground", "not_allowed_token_type"),
        ("users.info", "xoxb-playground", "user_not_found"),
        ("bots.info", "xoxb-playground", "bot_not_found"),
        ("files.info", "xoxb-playground", "file_not_found"),
    ],
)
async def test_a_call_that_cannot_be_done_is_answered_with_slacks_own_code(method: str, token: str, error: str) -> None:
    async with local_slack() as slack:
        answer = await slack.call(method, token)
    assert answer["ok"] is False
    assert answer["error"] == error


async def test_a_scope_that_was_not_granted_is_named_with_those_that_were() -> None:
    async with local_slack(Rules(scopes=("chat:write",))) as slack:
        answer = await slack.call("users.list")
    assert answer == {"ok": False, "error": "missing_scope", "needed": "users:read", "provided": "chat:write"}


async def test_arguments_come_as_json_as_a_form_and_in_the_query_alike() -> None:
    async with local_slack() as slack:
        as_json = await slack.call("users.info", user="U0ANN00001")
        form = {"token": "xoxb-playground", "user": "U0ANN00001"}
        query, header = {"user": "U0ANN00001"}, {"Authorization": "Bearer xoxb-playground"}
        as_form = await (await slack.http.post(slack.api + "users.info", data=form)).json()
        as_query = await (await slack.http.get(slack.api + "users.info", params=query, headers=header)).json()
    assert as_json == as_form == as_query
    assert as_json["user"]["is_admin"] is True


@pytest.mark.parametrize(("body", "error"), [("{", "invalid_json"), ("[]", "json_not_object")])
async def test_a_body_that_is_no_json_object_is_refused(body: str, error: str) -> None:
    headers = {"Content-Type": "application/json", "Authorization": "Bearer xoxb-playground"}
    async with (
        local_slack() as slack,
        slack.http.post(slack.api + "chat.postMessage", data=body, headers=headers) as answer,
    ):
        assert (await answer.json())["error"] == error


@pytest.mark.parametrize(
    ("content_type", "body", "error"),
    [
        ("application/json", b"[" * 100_000, "invalid_json"),
        ("application/xml", b"<text/>", "invalid_post_type"),
        ("multipart/form-data", b"channel=C", "invalid_form_data"),
        ("application/x-www-form-urlencoded", b"text=\xff", "invalid_form_data"),
        ("application/x-www-form-urlencoded; charset=utf-1000", b"text=x", "invalid_charset"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused_with_its_reason(
    content_type: str, body: bytes, error: str
) -> None:
    headers = {"Content-Type": content_type, "Authorization": "Bearer xoxb-playground"}
    async with (
        local_slack() as slack,
        slack.http.post(slack.api + "chat.postMessage", data=body, headers=headers) as answer,
    ):
        assert (await answer.json())["error"] == error


async def test_a_token_comes_in_the_header_or_in_a_form_and_nowhere_else() -> None:
    token = {"token": "xoxb-playground"}
    async with local_slack() as slack:
        address = slack.api + "auth.test"
        in_form = await (await slack.http.post(address, data=token)).json()
        in_json = await (await slack.http.post(address, json=token)).json()
        in_query = await (await slack.http.get(address, params=token)).json()
        header = {"Authorization": "Bearer xapp-playground"}
        got = await (await slack.http.get(slack.api + "apps.connections.open", headers=header)).json()
    assert got["error"] == "insecure_request"
    assert in_form["ok"]
    assert in_json["error"] == in_query["error"] == "not_authed"


async def test_every_call_is_logged_without_its_token() -> None:
    async with local_slack() as slack:
        await slack.call("users.info", user="U0BEN00001")
        await slack.call("users.info", user="nobody")
        good, bad = await slack.calls("users.info")
        await slack.control("DELETE", "calls")
        assert await slack.calls() == []
    assert (good["args"], good["ok"], good["status"]) == ({"user": "U0BEN00001"}, True, 200)
    assert (bad["ok"], bad["error"]) == (False, "user_not_found")


async def test_below_a_prefix_all_addresses_carry_the_prefix() -> None:
    root = web.Application()
    root.add_subapp("/slack", create_app())
    async with serving(root) as url, local_slack() as other:
        slack = LocalSlack(f"{url}/slack", other.http)
        opened = await slack.call("apps.connections.open", "xapp-playground")
        assert opened["url"].startswith(url.replace("http", "ws") + "/slack/socket/")
        async with slack.connected() as socket:
            await slack.control("POST", "commands", {"user": "ann", "channel": "general", "command": "/parley"})
            envelope = await socket.receive_json(timeout=5)
        assert envelope["payload"]["response_url"].startswith(f"{url}/slack/response/")


async def test_a_view_of_everybody_comes_in_pages() -> None:
    async with local_slack() as slack:
        client = client_of(slack)
        first = await client.users_list(limit=3)
        second = await client.users_list(limit=3, cursor=first["response_metadata"]["next_cursor"])
        with pytest.raises(SlackApiError, match="invalid_cursor"):
            await client.users_list(cursor="!")
    names = [user["name"] for user in first["members"] + second["members"]]
    assert names == ["parley", "ann", "ben", "chloe", "deploybot"]
    assert second["response_metadata"]["next_cursor"] == ""


async def test_a_file_is_given_for_a_token_and_a_sign_in_page_for_none() -> None:
    async with local_slack() as slack:
        file = {"name": "My Notes.txt", "mimetype": "text/plain", "text": "hello"}
        await slack.say("ann", "general", "see", files=[file])
        message = (await slack.messages())[0]
        address = message["files"][0]["url_private"]
        headers = {"Authorization": "Bearer xoxb-playground"}
        async with slack.http.get(address, headers=headers) as answer:
            assert await answer.text() == "hello"
        async with slack.http.get(address) as answer:
            assert answer.status == 200
            assert answer.content_type == "text/html"
    assert message["subtype"] == "file_share"

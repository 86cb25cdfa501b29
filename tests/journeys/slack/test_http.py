import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bots.playground.slack.request_urls import signed
from core.settings import Settings
from tests.journeys.control import Model, until
from tests.journeys.slack.over_http import (
    FORM,
    JSON,
    SECRET,
    Sender,
    asking,
    event_callback,
    parley_over_http,
    settings_over_http,
)
from tests.journeys.slack.workspace import ANN, GENERAL, Workspace

PERSON = {"id": "U0ANN00001", "team_id": "T0PARLEY00"}
TEAM = {"id": "T0PARLEY00", "domain": "playground"}
CONTAINER = {"type": "message", "message_ts": "1.000001", "channel_id": GENERAL}
PRESSED = {
    "type": "block_actions",
    "team": TEAM,
    "user": PERSON,
    "api_app_id": "A0PARLEY01",
    "container": CONTAINER,
    "channel": {"id": GENERAL, "name": "general"},
    "message": {"ts": "1.000001"},
    "enterprise": None,
    "actions": [{"type": "button", "action_id": "reply_stop", "block_id": "b", "value": ":1"}],
}
VIEW = {"id": "V1", "type": "modal", "callback_id": "persona", "private_metadata": "{}", "state": {"values": {}}}
SUBMITTED = {"type": "view_submission", "team": TEAM, "user": PERSON, "view": VIEW}
TYPED = {
    "command": "/parley",
    "text": "help",
    "user_id": "U0ANN00001",
    "team_id": "T0PARLEY00",
    "channel_id": GENERAL,
    "channel_name": "general",
    "response_url": "http://127.0.0.1:9/",
    "trigger_id": "1.2",
}


@pytest.fixture
def settings(workspace: Workspace, model: Model, tmp_path: Path) -> Settings:
    return settings_over_http(workspace, model, tmp_path)


@pytest.fixture
async def sender(settings: Settings, connections: aiohttp.ClientSession) -> AsyncIterator[Sender]:
    async with parley_over_http(settings) as url:
        yield Sender(connections, url)


@pytest.fixture
async def slack(workspace: Workspace, sender: Sender) -> Workspace:
    """The local Slack, sending to Parley's address."""
    await workspace.patch("/control/rules", request_url=f"{sender.url}/slack/events")
    return workspace


async def sent(slack: Workspace) -> list[dict[str, Any]]:
    return list(await slack.get("/control/events-sent"))


async def test_a_mention_is_answered_without_any_socket(slack: Workspace, model: Model) -> None:
    await model.will_say("Over HTTP.")
    ts = await slack.say(ANN, "@Parley hello")
    await slack.reply(ts, "Over HTTP.")
    assert (await slack.state())["sockets"] == 0

    async def acknowledged() -> bool:
        return all(event["acked"] for event in await sent(slack))

    await until(acknowledged)


async def test_a_command_is_answered_whatever_it_says(slack: Workspace) -> None:
    await slack.command(ANN, 'persona create Post "You explain a payload=%20 & its form."')
    assert "payload=%20" in await slack.command(ANN, "persona show Post")


async def test_a_form_opens_and_is_saved(slack: Workspace) -> None:
    await slack.post("/control/commands", user=ANN, channel=GENERAL, command="/parley", text="persona create Baker")
    form = await slack.form(ANN)
    await slack.saved(ANN, form, name="Baker", instruction="You bake.")
    assert "You bake." in await slack.command(ANN, "persona show Baker")


async def test_an_event_that_slack_sends_again_is_answered_once(slack: Workspace, sender: Sender, model: Model) -> None:
    await model.will_say("Once.")
    ts = await slack.say(ANN, "@Parley hello")
    await slack.reply(ts, "Once.", settled=True)
    for event in await sent(slack):
        await slack.post("/control/redeliver", event_id=event["event_id"])
    again = event_callback(asking(ts))
    assert await sender.send_json(again, **{"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}) == (
        200,
        "",
    )
    await model.will_say("The next one.")
    ts_of_next = await slack.say(ANN, "@Parley and now?")
    await slack.reply(ts_of_next, "The next one.")
    assert len(await slack.replies(ts)) == 1
    assert len(await model.requests()) == 2


async def test_what_the_database_cannot_keep_is_not_acknowledged_and_comes_again(
    slack: Workspace, model: Model, settings: Settings, tmp_path: Path
) -> None:
    await slack.patch("/control/rules", redelivery_delays_s=[0.2] * 200)
    await model.will_say("Kept at last.")
    database = sqlite3.connect(tmp_path / "parley.db")
    database.execute("ALTER TABLE message RENAME TO gone")
    ts = await slack.say(ANN, "@Parley hello")

    async def refused() -> bool:
        return any(event["attempts"] > 1 and not event["acked"] for event in await sent(slack))

    await until(refused)
    database.execute("ALTER TABLE gone RENAME TO message")
    database.close()
    await slack.reply(ts, "Kept at last.")
    assert len(await model.requests()) == 1


async def test_while_parley_starts_slack_is_told_to_come_again(
    settings: Settings, connections: aiohttp.ClientSession
) -> None:
    async with parley_over_http(settings, started=False) as url:
        assert (await Sender(connections, url).send_json(event_callback(asking("1.000001"))))[0] == 503


async def test_the_address_is_verified_only_with_a_signature(sender: Sender) -> None:
    body = {"type": "url_verification", "token": "t", "challenge": "3eZbrw1aB10FEMAGAZd4FyFQ"}
    status, text = await sender.send_json(body)
    assert (status, json.loads(text)) == (200, {"challenge": body["challenge"]})
    assert (await sender.send(json.dumps(body), JSON))[0] == 401


async def test_the_certificate_check_is_answered_and_does_nothing(sender: Sender) -> None:
    body = "ssl_check=1&token=t&command=/parley&text=persona+list"
    for path in ("/slack/events", "/slack/commands", "/slack/interactive"):
        assert await sender.send(body, FORM, path) == (200, "")


async def test_what_is_not_signed_is_refused(sender: Sender) -> None:
    now = int(time.time())
    whole = signed(b"{}", SECRET, now)
    wrong: list[dict[str, str]] = [
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Request-Timestamp": "now"},
        {"X-Slack-Request-Timestamp": "1e9"},
        {"X-Slack-Request-Timestamp": "-5"},
        {"X-Slack-Request-Timestamp": "9" * 400},
        {"X-Slack-Request-Timestamp": "١٢٣٤"},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Signature": "v0=" + "é" * 64},
        {"X-Slack-Signature": "v1=" + "0" * 64},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=" + "0" * 64, "X-Slack-Request-Timestamp": str(now)},
    ]
    for headers in ({}, *(whole | one for one in wrong)):
        status, _ = await sender.send(json.dumps(event_callback(asking("1.000001"))), JSON | headers)
        assert status == 401, headers


async def test_a_signature_fits_one_body_one_secret_and_five_minutes(sender: Sender) -> None:
    body = json.dumps(event_callback(asking("1.000001"))).encode()
    now = int(time.time())
    assert (await sender.send(body + b" ", JSON | signed(body, SECRET, now)))[0] == 401
    assert (await sender.send(body, JSON | signed(body, "another secret", now)))[0] == 401
    assert (await sender.send(body, JSON | signed(body, SECRET, now - 301)))[0] == 401
    assert (await sender.send(body, JSON | signed(body, SECRET, now + 302)))[0] == 401
    assert (await sender.send(body, JSON | signed(body, SECRET, now - 290)))[0] == 200


async def test_a_signed_body_that_is_none_of_slacks_is_refused(sender: Sender) -> None:
    for body in (
        b"",
        b"{",
        b"null",
        b"[]",
        b'[{"type": "event_callback"}]',
        b'"text"',
        b"7",
        b"NaN",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"type": "event_callback"}',
        b'{"type": "event_callback", "event": []}',
        b'{"type": "event_callback", "event": {}, "authorizations": [5]}',
        b'{"type": "event_callback", "event": {}, "authorizations": 5}',
        b'{"type": "block_actions", "team": 5, "user": 7, "view": []}',
        b'{"type": {"a": 1}}',
    ):
        assert (await sender.send_signed(body, JSON))[0] in (400, 404), body


async def test_a_signed_form_that_is_none_of_slacks_is_refused(sender: Sender) -> None:
    for payload in ("", "{", "[]", "null", '{"type": "block_actions", "actions": []}', "%FF%FE"):
        assert (await sender.send_form(payload=payload))[0] in (400, 404), payload


async def test_another_method_is_refused(sender: Sender) -> None:
    for method in ("GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
        assert (await sender.send("", {}, method=method))[0] == 405, method


async def test_a_signed_body_with_any_wrong_part_is_never_a_fault_of_parleys(sender: Sender) -> None:
    wrong: list[Any] = [None, 0, "", "x", [], [1], {}, {"id": None}, {"id": []}, True]
    wholes = (event_callback(asking("1.000001")), PRESSED, SUBMITTED, TYPED)
    bodies = [whole | {key: value} for whole in wholes for key in whole for value in wrong]
    inner = event_callback({})
    bodies += [inner | {"event": asking("1.000001") | {key: value}} for key in asking("1.0") for value in wrong]
    answers = await asyncio.gather(*map(sender.send_json, bodies))
    assert [body for body, (status, _) in zip(bodies, answers, strict=True) if status >= 500] == []


async def test_a_body_over_the_limit_is_refused(sender: Sender) -> None:
    assert (await sender.send_signed(b" " * 1_200_000, JSON))[0] == 413


async def test_another_path_is_not_there(sender: Sender) -> None:
    assert (await sender.send("{}", JSON, "/slack/nothing"))[0] == 404
    assert (await sender.send("", {}, "/healthz", "GET"))[0] == 200


async def test_a_hundred_bad_requests_at_once_keep_nobody_waiting(
    slack: Workspace, sender: Sender, model: Model
) -> None:
    await model.will_say("Undisturbed.")
    bad = asyncio.gather(*(sender.send(f"{{{number}", JSON) for number in range(100)))
    ts = await slack.say(ANN, "@Parley hello")
    await slack.reply(ts, "Undisturbed.")
    assert {status for status, _ in await bad} == {401}

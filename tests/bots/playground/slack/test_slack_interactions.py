"""Commands, buttons, shortcuts and modals, with the real Bolt at the other end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bots.playground.slack.driving import LocalSlack, local_slack
from bots.playground.slack.rules import Rules

GENERAL = "C0GENERAL1"
FREE = Rules(rate_limits=False)
COMMAND = {"user": "ann", "channel": "general", "command": "/parley", "text": "ask @ben"}


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def modal(**more: Any) -> dict[str, Any]:
    typed = {"type": "plain_text_input", "action_id": "text", "max_length": 5}
    options = [{"text": plain(name), "value": name} for name in ("red", "blue")]
    blocks = [
        {"type": "input", "block_id": "name", "label": plain("Name"), "element": typed},
        {"type": "input", "block_id": "colour", "label": plain("Colour"), "optional": True,
         "element": {"type": "static_select", "action_id": "pick", "options": options}},
    ]  # fmt: skip
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("T"),
        "submit": plain("OK"),
        "blocks": blocks,
        **more,
    }


@asynccontextmanager
async def bolt(slack: LocalSlack) -> AsyncIterator[AsyncApp]:
    """A real Bolt app in Socket Mode; listeners may be added at any time."""
    client = AsyncWebClient("xoxb-playground", base_url=slack.api, session=slack.http)
    client.proxy = None
    app = AsyncApp(client=client)
    handler = AsyncSocketModeHandler(app, "xapp-playground")
    handler.client.proxy = None
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield app
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def opened_modal(slack: LocalSlack, app: AsyncApp, view: dict[str, Any]) -> AsyncIterator[tuple[str, Any]]:
    @app.command("/parley")
    async def open_modal(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    async with slack.watching() as watcher:
        await slack.control("POST", "commands", COMMAND)
        yield (await watcher.until("view_opened"))["view"]["id"], watcher


async def test_a_command_is_answered_for_its_person_alone() -> None:
    async with local_slack(FREE) as slack, bolt(slack) as app, slack.watching() as watcher:

        @app.command("/parley")
        async def answer(ack: Any, command: dict[str, Any]) -> None:
            await ack(f"{command['text']} in {command['channel_name']}")

        await slack.control("POST", "commands", COMMAND)
        shown = await watcher.until("ephemeral")
    assert shown["user"] == "U0ANN00001"
    assert shown["message"]["text"] == "ask <@U0BEN00001|ben> in general"


async def test_a_command_answered_in_channel_is_a_message_to_all() -> None:
    async with local_slack(FREE) as slack, bolt(slack) as app, slack.watching() as watcher:

        @app.command("/parley")
        async def answer(ack: Any) -> None:
            await ack({"response_type": "in_channel", "text": "hello all"})

        await slack.control("POST", "commands", COMMAND)
        assert (await watcher.until("message"))["message"]["text"] == "hello all"


@pytest.mark.parametrize(("is_connected", "error"), [(True, "operation_timeout"), (False, "dispatch_failed")])
async def test_a_command_that_is_not_acknowledged_fails_before_its_persons_eyes(is_connected: bool, error: str) -> None:
    async with local_slack(Rules(ack_deadline_s=0.05)) as slack, slack.watching() as watcher:
        if is_connected:
            async with slack.connected():
                await slack.control("POST", "commands", COMMAND)
                failure = await watcher.until("error")
        else:
            await slack.control("POST", "commands", COMMAND)
            failure = await watcher.until("error")
    assert failure["text"] == f'/parley failed with the error "{error}"'
    assert failure["user"] == "U0ANN00001"


async def test_a_response_address_takes_five_answers_and_no_more() -> None:
    async with local_slack(FREE) as slack, slack.connected() as socket:
        await slack.control("POST", "commands", COMMAND)
        url = (await socket.receive_json(timeout=5))["payload"]["response_url"]
        statuses = []
        for n in range(6):
            async with slack.http.post(url, json={"text": str(n)}) as answer:
                statuses.append(answer.status)
        async with slack.http.post(url + "x", json={"text": "x"}) as answer:
            unknown = await answer.json()
        shown = (await slack.state())["ephemerals"]
    assert statuses == [200] * 5 + [404]
    assert unknown["error"] == "expired_url"
    assert [each["text"] for each in shown] == ["0", "1", "2", "3", "4"]


async def test_a_button_sends_its_value_and_can_replace_its_message() -> None:
    button = {"type": "button", "action_id": "go", "text": plain("Go"), "value": "42"}
    async with local_slack(FREE) as slack, bolt(slack) as app, slack.watching() as watcher:
        seen: list[Any] = []

        @app.action("go")
        async def go(ack: Any, body: dict[str, Any], respond: Any) -> None:
            await ack()
            seen.append(body)
            await respond(text="done", replace_original=True)

        posted = await slack.call("chat.postMessage", channel=GENERAL, text="x",
                                  blocks=[{"type": "actions", "elements": [button]}])  # fmt: skip
        body = {"user": "ben", "channel": GENERAL, "ts": posted["ts"], "action_id": "go"}
        await slack.control("POST", "actions", body)
        changed = await watcher.until("message_changed")
        status, _ = await slack.try_control("POST", "actions", body)
    assert changed["message"]["text"] == "done"
    assert seen[0]["actions"][0]["value"] == "42"
    assert seen[0]["user"]["id"] == "U0BEN00001"
    assert seen[0]["message"]["ts"] == posted["ts"]
    assert status == 404


async def test_a_button_on_an_ephemeral_message_works_and_deletes_it() -> None:
    feedback = {"type": "feedback_buttons", "action_id": "rate",
                "positive_button": {"text": plain("Good"), "value": "+"},
                "negative_button": {"text": plain("Bad"), "value": "-"}}  # fmt: skip
    async with local_slack(FREE) as slack, bolt(slack) as app, slack.watching() as watcher:
        values: list[str] = []

        @app.action("rate")
        async def rate(ack: Any, action: dict[str, Any], respond: Any) -> None:
            await ack()
            values.append(action["value"])
            await respond(delete_original=True)

        blocks = [{"type": "context_actions", "elements": [feedback]}]
        args = {"channel": GENERAL, "user": "U0ANN00001", "text": "?", "blocks": blocks}
        ts = (await slack.call("chat.postEphemeral", **args))["message_ts"]
        body = {"user": "ann", "channel": GENERAL, "ts": ts, "action_id": "rate", "value": "negative"}
        await slack.control("POST", "actions", body)
        await watcher.until("ephemeral_deleted")
    assert values == ["-"]


async def test_a_shortcut_on_a_message_carries_the_message() -> None:
    async with local_slack(FREE) as slack, slack.connected() as socket:
        ts = await slack.say("ben", "general", "what is this?")
        await socket.receive_json(timeout=5)
        body = {"user": "ann", "callback_id": "ask", "channel": "general", "ts": ts}
        await slack.control("POST", "shortcuts", body)
        on_message = (await socket.receive_json(timeout=5))["payload"]
        await slack.control("POST", "shortcuts", {"user": "ann", "callback_id": "new"})
        alone = (await socket.receive_json(timeout=5))["payload"]
    assert (on_message["type"], on_message["message"]["text"]) == ("message_action", "what is this?")
    assert (alone["type"], alone["callback_id"]) == ("shortcut", "new")


async def test_a_modal_shows_its_errors_and_closes_when_they_are_gone() -> None:
    async with (
        local_slack(FREE) as slack,
        bolt(slack) as app,
        opened_modal(slack, app, modal()) as (view_id, watcher),
    ):
        submitted: list[Any] = []

        @app.view("form")
        async def submit(ack: Any, view: dict[str, Any]) -> None:
            values = view["state"]["values"]
            submitted.append(values)
            if values["name"]["text"]["value"] == "bad":
                await ack(response_action="errors", errors={"name": "Taken"})
            else:
                await ack()

        async def send(values: dict[str, Any]) -> None:
            await slack.control("POST", f"views/{view_id}/submit", {"user": "ann", "values": values})

        await send({"name": {"text": "bad"}})
        assert (await watcher.until("view_errors"))["errors"] == {"name": "Taken"}
        await send({"name": {"text": "good"}, "colour": {"pick": "blue"}})
        await watcher.until("view_closed")
        assert (await slack.state())["views"] == {}
    assert submitted[1]["colour"]["pick"]["selected_option"]["value"] == "blue"


async def test_what_the_client_finds_wrong_never_reaches_the_app() -> None:
    async with (
        local_slack(FREE) as slack,
        bolt(slack) as app,
        opened_modal(slack, app, modal()) as (view_id, watcher),
    ):
        for text, complaint in (("", "Please complete this required field."), ("longer", "at most 5 characters")):
            values = {"name": {"text": text}}
            await slack.control("POST", f"views/{view_id}/submit", {"user": "ann", "values": values})
            assert complaint in (await watcher.until("view_errors"))["errors"]["name"]


async def test_a_submission_can_update_push_and_clear_views() -> None:
    async with (
        local_slack(FREE) as slack,
        bolt(slack) as app,
        opened_modal(slack, app, modal()) as (view_id, watcher),
    ):
        answers = [
            {"response_action": "update", "view": modal(title=plain("Second"))},
            {"response_action": "push", "view": modal(title=plain("Above"))},
            {"response_action": "clear"},
        ]

        @app.view("form")
        async def submit(ack: Any) -> None:
            await ack(answers.pop(0))

        body = {"user": "ann", "values": {"name": {"text": "x"}}}
        await slack.control("POST", f"views/{view_id}/submit", body)
        assert (await watcher.until("view_updated"))["view"]["title"]["text"] == "Second"
        await slack.control("POST", f"views/{view_id}/submit", body)
        above = (await watcher.until("view_opened"))["view"]
        assert (above["title"]["text"], above["previous_view_id"]) == ("Above", view_id)
        await slack.control("POST", f"views/{above['id']}/submit", body)
        closed = {(await watcher.until("view_closed"))["view_id"] for _ in range(2)}
    assert closed == {view_id, above["id"]}


async def test_a_submission_without_an_answer_shows_an_error_and_stays_open() -> None:
    rules = Rules(rate_limits=False, ack_deadline_s=0.2)
    async with local_slack(rules) as slack, bolt(slack) as app:
        async with opened_modal(slack, app, modal()) as (view_id, watcher):
            body = {"user": "ann", "values": {"name": {"text": "x"}}}
            await slack.control("POST", f"views/{view_id}/submit", body)
            failure = await watcher.until("error")
        state = await slack.state()
    assert failure["error"] == "operation_timeout"
    assert [view["id"] for view in state["views"]["U0ANN00001"]] == [view_id]


async def test_closing_a_modal_tells_an_app_that_asked_for_it() -> None:
    async with local_slack(FREE) as slack, bolt(slack) as app:
        closed: list[str] = []
        view = modal(notify_on_close=True)
        async with opened_modal(slack, app, view) as (view_id, watcher):

            @app.view_closed("form")
            async def gone(ack: Any, view: dict[str, Any]) -> None:
                closed.append(view["id"])
                await ack()

            await slack.control("POST", f"views/{view_id}/close", {"user": "ann"})
            await watcher.until("delivery", lambda change: change["state"] == "acked" and bool(closed))
            status, _ = await slack.try_control("POST", f"views/{view_id}/close", {"user": "ann"})
    assert closed == [view_id]
    assert status == 404


async def trigger_of(slack: LocalSlack, socket: aiohttp.ClientWebSocketResponse) -> str:
    await slack.control("POST", "shortcuts", {"user": "ann", "callback_id": "x"})
    envelope = await socket.receive_json(timeout=5)
    await socket.send_json({"envelope_id": envelope["envelope_id"]})
    return str(envelope["payload"]["trigger_id"])


async def test_a_trigger_opens_one_view_and_only_while_it_is_young() -> None:
    async with local_slack(FREE) as slack, slack.connected() as socket:
        client = AsyncWebClient("xoxb-playground", base_url=slack.api, session=slack.http)
        client.proxy = None
        trigger_id = await trigger_of(slack, socket)
        await client.views_open(trigger_id=trigger_id, view=modal())
        with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
            await client.views_open(trigger_id=trigger_id, view=modal())
        with pytest.raises(SlackApiError, match="invalid_trigger_id"):
            await client.views_open(trigger_id="1.2.3", view=modal())
        await slack.control("PATCH", "rules", {"trigger_lifetime_s": 0.0})
        late = await trigger_of(slack, socket)
        with pytest.raises(SlackApiError, match="expired_trigger_id"):
            await client.views_open(trigger_id=late, view=modal())


@pytest.mark.parametrize(
    "broken",
    [
        {"title": plain("x" * 25)},
        {"submit": plain("x" * 25)},
        {"private_metadata": "x" * 3001},
        {"callback_id": "x" * 256},
        {"blocks": [{"type": "divider"}] * 101},
        {"type": "home"},
        {"blocks": [{"type": "section"}]},
    ],
)
async def test_a_view_that_breaks_a_rule_is_refused_and_leaves_its_trigger(broken: dict[str, Any]) -> None:
    async with local_slack(FREE) as slack, slack.connected() as socket:
        trigger_id = await trigger_of(slack, socket)
        refused = await slack.call("views.open", trigger_id=trigger_id, view=modal(**broken))
        accepted = await slack.call("views.open", trigger_id=trigger_id, view=modal())
    assert refused["error"] == "invalid_arguments"
    assert refused["response_metadata"]["messages"]
    assert accepted["ok"]


async def test_an_outdated_hash_does_not_update_a_view() -> None:
    async with local_slack(FREE) as slack, slack.connected() as socket:
        trigger_id = await trigger_of(slack, socket)
        view = (await slack.call("views.open", trigger_id=trigger_id, view=modal()))["view"]
        args = {"view_id": view["id"], "view": modal(), "hash": view["hash"]}
        answers = [await slack.call("views.update", **args) for _ in range(2)]
        missing = await slack.call("views.update", view_id="V0", view=modal())
    assert [answer.get("error") for answer in answers] == [None, "hash_conflict"]
    assert missing["error"] == "not_found"


async def test_no_more_than_three_views_are_stacked() -> None:
    async with local_slack(FREE) as slack, slack.connected() as socket:
        answers = [
            await slack.call(f"views.{verb}", trigger_id=await trigger_of(slack, socket), view=modal())
            for verb in ("open", "push", "push", "push")
        ]
    assert [answer.get("error") for answer in answers] == [None, None, None, "push_limit_reached"]


async def test_a_published_home_is_shown_and_comes_with_the_next_visit() -> None:
    home = {"type": "home", "blocks": [{"type": "section", "text": plain("Welcome")}]}
    async with local_slack(FREE) as slack, slack.connected() as socket:
        await slack.call("views.publish", user_id="U0ANN00001", view=home)
        await slack.control("POST", "home", {"user": "ann"})
        event = (await socket.receive_json(timeout=5))["payload"]["event"]
        homes = (await slack.state())["homes"]
    assert event["view"]["id"] == homes["U0ANN00001"]["id"]
    assert homes["U0ANN00001"]["blocks"][0]["text"]["text"] == "Welcome"

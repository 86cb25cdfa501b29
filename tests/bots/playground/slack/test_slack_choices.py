"""What people choose in messages and menus before they press a button, with the real Bolt at the other end."""

from typing import Any

from bots.playground.slack.driving import local_slack
from tests.bots.playground.slack.test_slack_interactions import FREE, GENERAL, bolt, plain

INPUT = {"type": "input", "block_id": "name", "label": plain("Name")}
TYPED = {"type": "plain_text_input", "action_id": "text"}


def option(name: str) -> dict[str, Any]:
    return {"text": plain(name), "value": name}


async def test_a_button_of_an_attachment_brings_what_was_chosen_beside_it() -> None:
    menu = {"type": "static_select", "action_id": "pick", "options": [option("red"), option("blue")]}
    button = {"type": "button", "action_id": "go", "text": plain("Go")}
    row = {"type": "actions", "block_id": "row", "elements": [menu, button]}
    async with local_slack(FREE) as slack, bolt(slack) as app, slack.watching() as watcher:
        states: list[Any] = []

        async def note(ack: Any, body: dict[str, Any]) -> None:
            states.append(body["state"]["values"])
            await ack()

        app.action("pick")(note)
        app.action("go")(note)
        attached, blocks = [{"color": "#f00", "blocks": [row]}], [INPUT | {"element": TYPED}]
        posted = await slack.call("chat.postMessage", channel=GENERAL, blocks=blocks, attachments=attached)
        place = {"user": "ann", "channel": "general", "ts": posted["ts"]}
        await slack.control("POST", "actions", place | {"action_id": "pick", "value": "blue"})
        silent = await slack.control("POST", "actions", place | {"action_id": "text", "value": "Ann"})
        await slack.control("POST", "actions", place | {"action_id": "go"})
        for _ in range(2):
            await watcher.until("delivery", lambda one: one["kind"] == "interactive" and one["state"] == "acked")
    assert silent == {"trigger_id": ""}
    assert [state["row"]["pick"]["selected_option"]["value"] for state in states] == ["blue", "blue"]
    assert states[-1]["name"]["text"]["value"] == "Ann"


async def test_a_menu_asks_the_app_for_its_options_while_a_person_types() -> None:
    menu = {"type": "external_select", "action_id": "far"}
    async with local_slack(FREE) as slack, bolt(slack) as app:

        @app.options("far")
        async def offer(ack: Any, body: dict[str, Any]) -> None:
            await ack(options=[option(f"{body['value']}-{n}") for n in range(2 if body["value"] else 101)])

        blocks = [{"type": "actions", "elements": [menu]}]
        posted = await slack.call("chat.postMessage", channel=GENERAL, text="x", blocks=blocks)
        asked = {"user": "ann", "channel": "general", "ts": posted["ts"], "action_id": "far"}
        offered = await slack.control("POST", "suggestions", asked | {"value": "par"})
        status, _ = await slack.try_control("POST", "suggestions", asked)
    assert [each["value"] for each in offered["options"]] == ["par-0", "par-1"]
    assert status == 502


async def test_an_input_tells_the_app_of_its_value_when_it_dispatches_actions_only() -> None:
    async with local_slack(FREE) as slack, slack.connected() as socket:
        view = {"type": "home", "blocks": [INPUT | {"element": TYPED}]}
        shown = await slack.call("views.publish", user_id="U0ANN00001", view=view)
        typed = {"user": "ann", "view_id": shown["view"]["id"], "action_id": "text", "value": "x"}
        await slack.control("POST", "actions", typed)
        view["blocks"][0]["dispatch_action"] = True  # type: ignore[index]
        await slack.call("views.publish", user_id="U0ANN00001", view=view)
        await slack.control("POST", "actions", typed | {"value": "y"})
        envelope = await socket.receive_json(timeout=5)
    assert envelope["payload"]["actions"][0]["value"] == "y"

"""Modals that are closed, cleared and named by the app, with the real Bolt at the other end."""

from typing import Any

from bots.playground.slack.driving import local_slack
from tests.bots.playground.slack.test_slack_interactions import FREE, bolt, modal, opened_modal


async def test_closing_a_view_that_clears_takes_the_whole_stack_and_says_so() -> None:
    async with local_slack(FREE) as slack, bolt(slack) as app, opened_modal(slack, app, modal()) as (below, watcher):
        cleared: list[bool] = []

        @app.view("form")
        async def push(ack: Any) -> None:
            above = modal(callback_id="above", clear_on_close=True, notify_on_close=True)
            await ack(response_action="push", view=above)

        @app.view_closed("above")
        async def note(ack: Any, body: dict[str, Any]) -> None:
            cleared.append(body["is_cleared"])
            await ack()

        values = {"name": {"text": "Ann"}}
        await slack.control("POST", f"views/{below}/submit", {"user": "ann", "values": values})
        pushed = await watcher.until("view_opened")
        await slack.control("POST", f"views/{pushed['view']['id']}/close", {"user": "ann"})
        await watcher.until("delivery", lambda one: one["kind"] == "interactive" and one["state"] == "acked")
        assert (await slack.state())["views"] == {}
    assert cleared == [True]


async def test_an_external_id_is_free_again_once_its_view_has_let_go_of_it() -> None:
    named = modal(external_id="mine")
    async with local_slack(FREE) as slack, bolt(slack) as app, opened_modal(slack, app, named) as (view_id, watcher):
        renamed = await slack.call("views.update", external_id="mine", view=modal())
        gone = await slack.call("views.update", external_id="mine", view=modal())
        await slack.control("POST", f"views/{view_id}/close", {"user": "ann"})
        await slack.control("POST", "commands", {"user": "ann", "channel": "general", "command": "/parley"})
        again = await watcher.until("view_opened")
    assert renamed["ok"]
    assert gone["error"] == "not_found"
    assert again["view"]["external_id"] == "mine"

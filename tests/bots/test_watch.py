"""What a running Parley tells those who operate it, and whether the dashboard and the alerts ask for what there is."""

import json
import re

import aiohttp
import promql_parser
import pytest

from tests.bots import health, promql
from tests.bots.command_line import CommandLine
from tests.bots.conftest import Outside
from tests.house.references import ROOT
from tests.journeys.control import until
from tests.journeys.durability.people import OnDiscord, OnSlack
from tests.ports import free_port

WELL = dict.fromkeys(("started", "database", "slack", "discord", "queue", "model"), True)
MONITORING = (ROOT / "docs/monitoring.md").read_text(encoding="utf-8")


async def test_a_running_parley_tells_how_it_is(outside: Outside, command_line: CommandLine) -> None:
    port = free_port()
    running = command_line.serving(PORT=str(port), PARLEY_MODEL_PING_S="0.01")
    async with running as parley, aiohttp.ClientSession() as connections:
        assert await health.alive(connections, port)
        status, told = await health.readiness(connections, port)
        assert (status, told["parts"], told["why"]) == (200, WELL, {})
        assert all(0 <= told["ms"][part] < 60_000 for part in WELL)
        for people in (OnSlack(outside.slack), OnDiscord(outside.discord)):
            await people.server.fault(people.post, "limited", retry_after_s=0.1, times=1)
            await people.ask("hello")

        async def counted() -> promql.Scrape | None:
            scrape = promql.read(await health.metrics(connections, port))
            return scrape if scrape.value("parley_replies_total", state="done") == 2 else None

        told_of = await until(counted)
        nothing_wrong_with(told_of)
        await outside.slack.fault("apps.connections.open", "status", status=500, times=1000)
        await outside.slack.post("/control/sockets/disconnect", reason="drop")
        parts = await until(lambda: health.unready_parts(connections, port))
        assert parts == WELL | {"slack": False}
        assert (await parley.stop()).code == 0


def nothing_wrong_with(scrape: promql.Scrape) -> None:
    """What a question on each platform leaves behind that was answered after a refusal."""
    assert scrape.value("parley_messages_total", platform="slack", asks="yes") == 1
    assert scrape.value("parley_reply_first_text_seconds_count", platform="slack") == 1
    assert scrape.value("parley_model_requests_total", model="parley-playground", outcome="answered") == 2
    assert scrape.value("parley_tokens_total", kind="out") > 0
    for method in ("chat.postMessage", "POST channels/messages"):
        assert scrape.value("parley_platform_calls_total", method=method, status="429") == 1
        assert scrape.value("parley_platform_calls_total", method=method, status="2xx") == 1
    assert scrape.value("parley_write_wait_seconds_count", platform="slack") >= 1
    assert scrape.value("parley_up", part="discord") == 1
    assert scrape.value("parley_queue_replies") == 0
    assert scrape.value("parley_event_loop_lag_seconds_count") > 0
    assert unanswerable([expression for _, expression in promql.panels()], scrape) == []
    assert unanswerable([alert["expr"] for alert in promql.alerts()], scrape) == []
    ids = re.compile(r"[TCUGDW]0[A-Z0-9]{6,}|\d{6,}")
    values = {value for name, labels in scrape.values for _, value in labels if not name.startswith("python_")}
    assert [value for value in values if ids.search(value)] == []


def unanswerable(expressions: list[str], scrape: promql.Scrape) -> list[str]:
    """What is asked for, and there is nothing of that name, or no label of that name on it."""
    wrong = []
    for expression in expressions:
        series, grouped = promql.asked(expression)
        wrong += [f"{name}: {expression}" for name, _ in series if name not in scrape.names | {promql.UP}]
        if all(name in scrape.labels for name, _ in series):
            seen = promql.OF_PROMETHEUS.union(*(scrape.labels[name] for name, _ in series))
            labels = {label for _, label in series if label} | grouped
            wrong += [f"{label}: {expression}" for label in labels - seen]
    return wrong


def test_each_alert_says_what_is_wrong_and_what_to_do_and_is_documented() -> None:
    found = promql.alerts()
    assert len({alert["alert"] for alert in found}) == len(found) > 0
    for alert in found:
        assert alert["labels"]["severity"] in ("page", "ticket")
        assert {"summary", "action"} <= alert["annotations"].keys()
        assert promql_parser.parse_duration(alert.get("for", "1m"))
        assert f"`{alert['alert']}`" in MONITORING


def test_the_dashboard_is_one_that_grafana_can_lay_out() -> None:
    dashboard = json.loads(promql.DASHBOARD.read_text(encoding="utf-8"))
    places = [panel["gridPos"] for panel in dashboard["panels"]]
    taken = [
        (x, y) for at in places for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))
    sources = [target["datasource"]["uid"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    assert set(sources) == {"${source}"}


@pytest.mark.parametrize("what", ["parley_reply_queued_seconds", "parley_up", "parley_platform_calls_total"])
def test_the_page_on_monitoring_names_what_the_dashboard_shows(what: str) -> None:
    assert f"`{what}" in MONITORING
    assert any(what in expression for _, expression in promql.panels())

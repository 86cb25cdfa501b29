"""What is counted, and that no label takes a value for each workspace, channel or person."""

import pytest
import yarl

from bots.discord import rest
from bots.slack import web
from core.counting import Counted
from core.drafts import Draft, failure
from core.errors import Fault
from core.faults import trouble
from storage.replies import Outcome
from storage.spending import Bill, Took
from storage.states import ReplyState
from tests.bots import promql

DOWN = trouble(Fault.DOWN, "500:server_error")


def test_what_workspaces_have_brought_along_is_one_model() -> None:
    metrics = Counted()
    for name in ("own/llama", "own/qwen", "gpt-5"):
        metrics.asked(name, "answered")
    scrape = promql.read(metrics.text().decode())
    assert scrape.value("parley_model_requests_total", model="own") == 2
    assert scrape.value("parley_model_requests_total", model="gpt-5") == 1


def test_what_is_spent_is_counted_as_usage_counts_it() -> None:
    metrics = Counted()
    took = Took(tokens_in=100, tokens_out=20, tokens_cached=60, cost_microusd=2_500_000)
    metrics.spent(Bill(workspace_id=1, day="2026-11-22", channel_row=1, channel_id="C1", model="gpt-5", took=took))
    scrape = promql.read(metrics.text().decode())
    kinds = {kind: scrape.value("parley_tokens_total", kind=kind) for kind in ("in", "out", "cached", "reasoning")}
    assert kinds == {"in": 100, "out": 20, "cached": 60, "reasoning": 0}
    assert scrape.value("parley_cost_usd_total", model="gpt-5") == 2.5


@pytest.mark.parametrize(
    ("outcome", "draft", "why"),
    [
        (Outcome(state=ReplyState.DONE), Draft(), ""),
        (Outcome(state=ReplyState.STOPPED, error="missing: gone"), Draft(), ""),
        (Outcome(state=ReplyState.FAILED, error=str(DOWN)), Draft(trouble=DOWN), "down"),
        (Outcome(state=ReplyState.FAILED, error="over_cap"), Draft(refused="Too much."), "over_cap"),
        (Outcome(state=ReplyState.FAILED, error="denied: no_permission"), Draft(), "not_shown"),
        (Outcome(state=ReplyState.FAILED, error="denied: no_permission"), Draft(trouble=DOWN), "not_shown"),
    ],
)
def test_why_a_reply_failed_is_one_of_few_words(outcome: Outcome, draft: Draft, why: str) -> None:
    assert failure(outcome, draft) == why


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("POST", "/api/v10/channels/1234/messages", "POST channels/messages"),
        ("PATCH", "/api/v10/webhooks/1234/a-token/messages/@original", "PATCH webhooks/messages/@original"),
        ("POST", "/api/v10/interactions/1234/a-token/callback", "POST interactions/callback"),
        ("PUT", "/api/v10/channels/1/messages/2/reactions/✅/@me", "PUT channels/messages/reactions/@me"),
        ("GET", "/attachments/1/2/secret-plan.pdf", "GET other"),
    ],
)
def test_what_discord_is_asked_has_no_id_and_no_token_in_its_name(method: str, path: str, name: str) -> None:
    assert rest.name_of(method, yarl.URL(f"https://discord.com{path}")) == name


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://slack.com/api/chat.update", "chat.update"),
        ("https://slack.com/api/assistant.threads.setStatus", "assistant.threads.setStatus"),
        ("https://hooks.slack.com/commands/T0/1/a-secret", "other"),
        ("https://files.slack.com/files-pri/T0-F0/plan.pdf", "other"),
    ],
)
def test_what_slack_is_asked_has_no_id_and_no_secret_in_its_name(url: str, name: str) -> None:
    assert web.name_of("POST", yarl.URL(url)) == name

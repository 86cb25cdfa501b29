"""The Slack manifest asks for what the code uses, no more and no less."""

import re

from bots.playground.slack.rules import EVENT_TYPES
from bots.playground.slack.web_api.dispatch import METHODS
from bots.slack import checkup, scopes
from bots.slack.manifest import EVENTS, manifest
from bots.slack.shortcuts import ASK_ABOUT
from bots.slack.why import SHORTCUT
from tests.house.references import ROOT

CODE = {
    path.name: path.read_text(encoding="utf-8")
    for path in (ROOT / "bots/slack").glob("*.py")
    if path.name not in ("manifest.py", "scopes.py")
}
FAMILY = ("message.channels", "message.groups", "message.im", "message.mpim")
# What an event needs in place of a method (docs.slack.dev/reference/events), files.slack.com for downloads, and posting
# under another name (docs.slack.dev/reference/scopes/chat.write.customize).
WITHOUT_A_METHOD = {"app_mentions:read", "chat:write.customize", "commands", "files:read", "mpim:history"}


def called() -> set[str]:
    """The Web API methods that the code calls, as far as the local server knows them."""
    text = "".join(CODE.values())
    names = {name: name.replace(".", "_").lower() for name in METHODS}
    return {name for name, python in names.items() if re.search(rf"\.{python}\(", text, re.IGNORECASE)}


def test_every_event_that_the_code_heeds_is_subscribed_to_and_no_other() -> None:
    text = "".join(CODE.values())
    heeded = {kind for kind in EVENT_TYPES if f'"{kind}"' in text}
    assert {*heeded, *FAMILY} == set(EVENTS)


def test_every_method_that_is_called_has_one_of_the_scopes_that_it_needs() -> None:
    asked = set(scopes.every())
    assert "chat.postMessage" in called()
    assert [name for name in called() if METHODS[name].scopes and not asked & {*METHODS[name].scopes}] == []


def test_every_scope_that_is_asked_for_is_one_that_something_needs() -> None:
    needed = {scope for name in called() for scope in METHODS[name].scopes} | WITHOUT_A_METHOD
    families = {scope.partition(":")[2] for scope in needed}
    assert [scope for scope in scopes.every() if scope not in needed and scope.partition(":")[2] not in families] == []


def test_the_doctor_misses_every_scope_of_the_manifest_that_is_not_granted() -> None:
    asked = manifest()["oauth_config"]["scopes"]["bot"]
    found = [finding.text.split(" ")[3] for finding in checkup.scope_findings({"X-OAuth-Scopes": "none"})]
    assert sorted(found) == asked


def test_the_manifest_names_what_the_code_listens_to() -> None:
    features = manifest()["features"]
    assert [one["callback_id"] for one in features["shortcuts"]] == [ASK_ABOUT, SHORTCUT]
    assert [one["command"] for one in features["slash_commands"]] == re.findall(
        r'app\.command\("(.+?)"\)', CODE["forms.py"]
    )


def test_an_app_over_http_names_the_addresses_that_parley_answers() -> None:
    given = manifest(url="https://parley.example.com")
    assert given["settings"]["event_subscriptions"]["request_url"] == "https://parley.example.com/slack/events"
    assert given["settings"]["interactivity"]["request_url"] == "https://parley.example.com/slack/interactive"
    assert given["features"]["slash_commands"][0]["url"] == "https://parley.example.com/slack/commands"
    assert given["oauth_config"]["redirect_urls"] == ["https://parley.example.com/slack/oauth_redirect"]
    assert not given["settings"]["socket_mode_enabled"]

"""The manifest keeps to what Slack takes: docs.slack.dev/reference/app-manifest, and the schema that Slack publishes
(github.com/slackapi/manifest-schema), in their words: required fields, allowed fields, and lengths."""

from typing import Any

import pytest

from bots.slack import shortcuts, why
from bots.slack.manifest import link, manifest

MANIFESTS = [manifest(), manifest("A" * 35, "https://parley.example.com")]
LENGTHS = {
    "display_information.name": 35,
    "display_information.description": 140,
    "features.bot_user.display_name": 80,
    "features.agent_view.agent_description": 300,
    "features.slash_commands.command": 32,
    "features.slash_commands.url": 3_000,
    "features.slash_commands.description": 2_000,
    "features.slash_commands.usage_hint": 1_000,
    "features.shortcuts.name": 24,
    "features.shortcuts.type": 7,
    "features.shortcuts.callback_id": 255,
    "features.shortcuts.description": 150,
    "oauth_config.redirect_urls": 2_500,
    "oauth_config.scopes.bot": 50,
    "settings.event_subscriptions.request_url": 3_500,
    "settings.event_subscriptions.bot_events": 50,
    "settings.interactivity.request_url": 3_500,
}
SWITCHES = {
    "features.bot_user.always_online",
    "features.app_home.home_tab_enabled",
    "features.app_home.messages_tab_enabled",
    "features.app_home.messages_tab_read_only_enabled",
    "features.slash_commands.should_escape",
    "settings.interactivity.is_enabled",
    "settings.org_deploy_enabled",
    "settings.socket_mode_enabled",
    "settings.token_rotation_enabled",
}


def leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [leaf for name, each in value.items() for leaf in leaves(each, f"{path}.{name}".lstrip("."))]
    if isinstance(value, list):
        return [leaf for each in value for leaf in leaves(each, path)]
    return [(path, value)]


@pytest.mark.parametrize("given", MANIFESTS)
def test_every_field_is_one_that_slack_knows_and_no_longer_than_it_takes(given: dict[str, Any]) -> None:
    for path, value in leaves(given):
        assert isinstance(value, bool) if path in SWITCHES else 1 <= len(value) <= LENGTHS[path], path


@pytest.mark.parametrize("given", MANIFESTS)
def test_lists_are_no_longer_than_slack_takes_and_say_nothing_twice(given: dict[str, Any]) -> None:
    assert len(given["features"]["shortcuts"]) <= 10
    assert len(given["features"]["slash_commands"]) <= 50
    for listed in (given["oauth_config"]["scopes"]["bot"], given["settings"]["event_subscriptions"]["bot_events"]):
        assert len(set(listed)) == len(listed) <= 100


def test_over_http_every_address_is_given_and_over_a_socket_none() -> None:
    socket, http = ({path for path, _ in leaves(given) if path.endswith("url")} for given in MANIFESTS)
    assert (len(http), socket) == (3, set())


def test_every_shortcut_of_the_manifest_is_listened_to() -> None:
    named = {shortcut["callback_id"] for shortcut in manifest()["features"]["shortcuts"]}
    assert named == {shortcuts.ASK_ABOUT, why.SHORTCUT}


def test_the_link_fits_into_an_address() -> None:
    assert len(link(manifest())) < 8_000

import pytest

from storage import encrypted
from tests.bots.saying import GENERAL, Say, meeting

Environment = dict[str, str]
URL = "https://mcp.example.com/mcp"


@pytest.fixture(autouse=True)
def _met(say: Say, environment: Environment) -> None:
    environment["OPENAI_MODEL"] = "gpt-5"
    environment["PARLEY_ENCRYPTION_KEYS"] = encrypted.new_key()
    meeting(GENERAL)


def test_a_server_of_tools_is_set_listed_without_its_key_and_removed(say: Say) -> None:
    assert "`search`, `time`, `calculator`" in say.done("tools", "list")
    say.done("tools", "set", "tickets", URL, "--asks", "always", "--key-stdin", input="sk-piped\n")
    listed = say.found("tools", "list")
    assert listed["servers"] == [{"name": "tickets", "where": URL, "asks": "always", "own": True, "has_key": True}]
    told = say.done("tools", "list")
    assert f"`tickets:…` (the workspace's own, at {URL}; asks before each call)" in told
    assert "sk-piped" not in told
    say.done("tools", "remove", "tickets")
    assert say.found("tools", "list")["servers"] == []
    assert "no server of tools called 'tickets'" in say.refused("tools", "remove", "tickets")


def test_an_address_that_is_not_public_is_refused(say: Say) -> None:
    assert "https://" in say.refused("tools", "set", "tickets", "http://127.0.0.1:9/mcp")


def test_the_tools_of_a_server_that_is_silent_are_not_shown(say: Say, environment: Environment) -> None:
    environment["PARLEY_OWN_ENDPOINTS"] = "any"
    say.done("tools", "set", "tickets", "http://127.0.0.1:9/mcp")
    assert "cannot be reached" in say.refused("tools", "show", "tickets")


def test_a_persona_lists_tools_by_name(say: Say) -> None:
    say.done("persona", "create", "Scout", "Look things up before you answer.", "--tools", "search,time")
    say.done("persona", "edit", "Scout", "--tools", "search,calculator,tickets:*")
    assert say.found("persona", "show", "Scout")["tools"] == ["search", "calculator", "tickets:*"]
    assert "is not the name of a tool" in say.refused("persona", "edit", "Scout", "--tools", "rm -rf;")

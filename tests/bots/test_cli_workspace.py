import json

import pytest

from core import texts
from storage import encrypted
from tests.bots.saying import GENERAL, Say, meeting

Environment = dict[str, str]


@pytest.fixture(autouse=True)
def _met(say: Say, environment: Environment) -> None:
    environment["OPENAI_MODEL"] = "gpt-5"
    environment["PARLEY_MODELS"] = "gpt-5-mini,gpt-5-nano"
    meeting(GENERAL)


def test_the_prompt_is_restored_from_its_history(say: Say) -> None:
    say.done("prompt", "set", "First.")
    say.done("prompt", "set", "Second.")
    say.done("prompt", "clear")
    history = say.found("prompt", "history")
    assert [change["deed"] for change in history] == ["prompt.clear", "prompt.set", "prompt.set"]
    say.done("prompt", "restore", str(history[-1]["id"]))
    assert say.done("prompt", "show") == "First.\n"
    assert "has no change 999" in say.refused("prompt", "restore", "999")


def test_the_time_zone_is_utc_until_it_is_set(say: Say) -> None:
    assert say.done("timezone") == "UTC\n"
    say.done("timezone", "europe/brussels")
    assert say.found("timezone") == {"timezone": "Europe/Brussels"}
    assert "'Mars' is not a time zone" in say.refused("timezone", "Mars")


def test_managers_are_named_listed_and_removed(say: Say) -> None:
    assert "Nobody is named" in say.done("managers")
    say.done("managers", "add", "person", "U1", "--name", "Ann")
    say.done("managers", "add", "role", "S1")
    say.done("managers", "channels", "off")
    assert say.done("managers").splitlines() == [
        "• person U1  Ann",
        "• role S1",
        "People who manage a channel may not choose its persona and its model.",
    ]
    say.done("managers", "remove", "person", "U1")
    assert say.found("managers", "list") == {
        "managers": [{"kind": "role", "id": "S1", "name": ""}],
        "channel_managers": False,
    }
    assert "They were not named" in say.refused("managers", "remove", "person", "U1")


def test_a_manager_is_a_person_or_a_role(say: Say) -> None:
    assert say("managers", "add", "robot", "U1").exit_code == 2
    assert "Name a person or a role." in say.refused("managers", "add", "person", " ")


def test_models_are_chosen_among_those_that_are_offered(say: Say) -> None:
    assert say.done("model").splitlines()[0] == "• gpt-5 (answers where nothing else is chosen)"
    say.done("model", "set", "gpt-5-mini")
    assert say.found("model", "list") == {
        "models": ["gpt-5", "gpt-5-mini", "gpt-5-nano"],
        "default": "gpt-5-mini",
        "chosen": "gpt-5-mini",
    }
    assert "gpt-2" in say.refused("model", "set", "gpt-2")
    say.done("model", "clear")
    assert say.found("model", "list")["default"] == "gpt-5"


def test_a_channel_and_a_persona_have_models_of_their_own(say: Say) -> None:
    assert "#general answers with" in say.done("model", "set", "gpt-5-nano", "-c", "#general")
    assert "the workspace's model" in say.done("model", "clear", "-c", "#general")
    say.done("persona", "create", "Pirate", "Arr.", "--model", "gpt-5-mini")
    assert say.found("persona", "show", "Pirate")["model"] == "gpt-5-mini"
    assert "gpt-2" in say.refused("persona", "edit", "Pirate", "--model", "gpt-2")


def test_a_workspace_may_allow_some_models_only(say: Say) -> None:
    say.done("model", "allow", "gpt-5", "gpt-5-mini")
    assert say.found("model", "list")["models"] == ["gpt-5", "gpt-5-mini"]
    assert "gpt-5-nano" in say.refused("model", "set", "gpt-5-nano")
    say.done("model", "allow")
    assert len(say.found("model", "list")["models"]) == 3
    assert "gpt-2" in say.refused("model", "allow", "gpt-2")
    say.done("model", "allow", "gpt-5,gpt-5-mini")
    assert texts.NO_MODEL_NAMED in say.refused("model", "allow", ",")
    assert say.found("model", "list")["models"] == ["gpt-5", "gpt-5-mini"]


def test_the_audit_log_says_who_changed_what_newest_first(say: Say) -> None:
    assert say.done("audit") == "Nothing has been changed yet.\n"
    say.done("persona", "create", "Pirate", "Arr.")
    say.done("persona", "assign", "Pirate", "-c", "#general")
    say.done("timezone", "Asia/Tokyo")
    lines = say.done("audit").splitlines()
    assert [line.split("  ", 2)[2] for line in lines] == [
        "command line  timezone    timezone 'UTC' → 'Asia/Tokyo'",
        "command line  persona.assign  #general  persona none → 'Pirate'",
        "command line  persona.create  Pirate",
    ]
    newest, older, oldest = say.found("audit")
    assert newest["actor"] == {"id": "", "name": "command line"}
    assert oldest["after"]["instruction"] == "Arr."
    assert say.found("audit", "--subject", "#general") == [older]
    assert say.done("audit", "--before", str(older["id"])) == f"{lines[-1]}\n"
    assert say.done("audit", "--most", "1") == f"{lines[0]}\n"


def test_an_own_endpoint_is_set_shown_without_its_key_and_forgotten(say: Say, environment: Environment) -> None:
    environment["PARLEY_ENCRYPTION_KEYS"] = encrypted.new_key()
    environment["PARLEY_OWN_ENDPOINTS"] = "any"
    assert say.done("endpoint", "show") == "This workspace has no endpoint of its own.\n"
    address = "http://127.0.0.1:11434/v1"
    say.done("endpoint", "set", address, "--model", "qwen3", "--key-stdin", input="sk-piped\n")
    shown = say.found("endpoint", "show")
    assert shown == {"kind": "ollama", "base_url": address, "model": "qwen3", "has_key": True}
    environment["OWN_KEY"] = "sk-from-the-environment"
    say.done("endpoint", "set", address, "--model", "qwen3", "--kind", "vllm", "--key-env", "OWN_KEY")
    assert say.done("endpoint", "show") == f"qwen3 at {address} (vllm, with a key)\n"
    say.done("endpoint", "clear")
    assert say.found("endpoint", "show") is None
    assert "sk-" not in json.dumps([say.found("audit"), say.done("config", "export")])


def test_the_key_of_an_endpoint_comes_one_way_only_and_is_there(say: Say) -> None:
    both = say("endpoint", "set", "https://llm.example.com/v1", "--key-stdin", "--key-env", "OWN_KEY")
    assert both.exit_code == 2
    told = say.refused("endpoint", "set", "https://llm.example.com/v1", "--key-env", "OWN_KEY")
    assert "'OWN_KEY' is empty or not set" in told


def test_summaries_are_switched_for_a_workspace_and_left_to_the_operator_again(
    say: Say, environment: Environment
) -> None:
    assert say.found("summaries") == {"summaries": "default"}
    assert "takes the place of older messages" in say.done("summaries", "on")
    assert say.found("summaries") == {"summaries": "on"}
    environment["PARLEY_SUMMARIES"] = "on"
    assert "without a summary.\n" in say.done("summaries", "off")
    assert "that have no room, as Parley is set up.\n" in say.done("summaries", "default")
    assert "summaries 'off' → none" in say.done("audit")

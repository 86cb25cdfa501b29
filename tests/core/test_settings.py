from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from core import settings
from core.errors import BadSettings
from core.settings.model import OPENAI_BASE_URL
from core.settings.problems import serving_problems

WHOLE: dict[str, Any] = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "OPENAI_API_KEY": "sk-1",
    "OPENAI_MODEL": "gpt-5",
}

MANY: dict[str, Any] = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "secret",
    "SLACK_SIGNING_SECRET": "secret",
    "PARLEY_ENCRYPTION_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "PORT": "8080",
    "OPENAI_API_KEY": "sk-1",
    "OPENAI_MODEL": "gpt-5",
}


pytestmark = pytest.mark.usefixtures("environment")


def problems(*platforms: str, **given: Any) -> tuple[str, ...]:
    loaded, wrong = settings.read(None, **given)
    return wrong + serving_problems(loaded, frozenset(platforms))


def test_whole_settings_have_no_problem() -> None:
    assert problems(**WHOLE) == ()


def test_every_wrong_value_is_told_at_once() -> None:
    with pytest.raises(BadSettings) as raised:
        settings.load(None, PORT="http", SLACK_APP_TOKEN="xoxb-1", DATABASE_URL="mysql://a/b", PARLEY_IDLE_S="0")
    names = [problem.partition(":")[0] for problem in raised.value.problems]
    assert names == ["SLACK_APP_TOKEN", "PARLEY_IDLE_S", "DATABASE_URL", "PORT"]


def test_wrong_missing_and_contradictory_settings_are_told_together() -> None:
    told = problems("slack", PORT="http", PARLEY_CONTEXT_TOKENS=1000, PARLEY_ANSWER_TOKENS=1000)
    assert [problem.split(":")[0].split(" ")[0] for problem in told] == [
        "PORT",
        "PARLEY_ANSWER_TOKENS",
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "OPENAI_MODEL",
        "OPENAI_API_KEY",
    ]


def test_a_wrong_token_is_not_told_as_missing_too() -> None:
    told = problems(**(WHOLE | {"SLACK_BOT_TOKEN": "xapp-2"}))
    assert told == ("SLACK_BOT_TOKEN: this is not the right kind of token: it begins with xoxb-",)


def test_house_rules_with_a_template_that_nobody_knows_are_refused() -> None:
    assert problems(**(WHOLE | {"PARLEY_HOUSE_RULES": "Today is {date}. Write {{date}}."})) == ()
    (told,) = problems(**(WHOLE | {"PARLEY_HOUSE_RULES": "Today is {day}."}))
    assert told.startswith("PARLEY_HOUSE_RULES: I do not know {day}.")


def test_a_problem_never_quotes_a_secret() -> None:
    wrong = {
        "SLACK_BOT_TOKEN": "very-secret",
        "DATABASE_URL": "mysql://me:very-secret@db/x",
        "OPENAI_API_KEY": "“very-secret”",
        "OPENAI_BASE_URL": "htps://me:very-secret@host/v1",
        "DISCORD_API_URL": "https://me:very-secret@host/v9",
        "PARLEY_MODERATION_URL": "https://me:very/secret@host/v1",
    }
    told = problems(**(WHOLE | wrong))
    assert len(told) == len(wrong)
    assert "secret" not in "".join(told)


def test_secrets_are_hidden_when_the_settings_are_shown() -> None:
    loaded = settings.load(None, DISCORD_TOKEN="very-secret", OPENAI_API_KEY="very-secret")
    assert "very-secret" not in f"{loaded!r} {loaded} {loaded.model_dump()}"


def test_one_slack_token_without_the_other_is_a_problem() -> None:
    assert [told.split(" ")[0] for told in problems(**(WHOLE | {"SLACK_APP_TOKEN": ""}))] == ["SLACK_APP_TOKEN"]


def test_slack_over_http_needs_no_app_token_but_a_port() -> None:
    over_http = WHOLE | {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": "secret"}
    assert problems(**over_http, PORT="8080") == ()
    assert [told.partition(":")[0] for told in problems(**over_http)] == ["PORT is missing"]


def test_many_slack_workspaces_need_no_bot_token() -> None:
    assert problems(**MANY) == ()
    assert problems(**(MANY | {"SLACK_SIGNING_SECRET": "", "SLACK_APP_TOKEN": "xapp-1"})) == ()


@pytest.mark.parametrize(
    "variable", ["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "PARLEY_ENCRYPTION_KEYS", "PORT", "SLACK_SIGNING_SECRET"]
)
def test_many_slack_workspaces_need_each_of_their_settings(variable: str) -> None:
    told = problems(**{name: value for name, value in MANY.items() if name != variable})
    wanted = "SLACK_APP_TOKEN" if variable == "SLACK_SIGNING_SECRET" else variable
    assert [problem.split(" ")[0] for problem in told] == [wanted]


def test_a_bot_token_contradicts_many_workspaces() -> None:
    assert "leave one of them out" in problems(**MANY, SLACK_BOT_TOKEN="xoxb-1")[0]


def test_each_encryption_key_must_be_one_and_none_is_quoted() -> None:
    two = f"{MANY['PARLEY_ENCRYPTION_KEYS']}, {MANY['PARLEY_ENCRYPTION_KEYS']}"
    assert problems(**(MANY | {"PARLEY_ENCRYPTION_KEYS": two})) == ()
    told = problems(**(MANY | {"PARLEY_ENCRYPTION_KEYS": "too-short"}))
    assert [problem.partition(":")[0] for problem in told] == ["PARLEY_ENCRYPTION_KEYS"]
    assert "too-short" not in told[0]


def test_the_token_of_the_admin_page_is_hard_to_guess_and_needs_a_port() -> None:
    for token in ("hunter2", "a" * 60):
        (problem,) = problems(**WHOLE, PORT="8080", PARLEY_ADMIN_TOKEN=token)
        assert problem.startswith("PARLEY_ADMIN_TOKEN: this is too easy to guess")
        assert token not in problem
    (problem,) = problems(**WHOLE, PARLEY_ADMIN_TOKEN="0123456789abcdef01234567")
    assert problem.startswith("PORT is missing")
    assert problems(**WHOLE, PORT="8080", PARLEY_ADMIN_TOKEN="0123456789abcdef01234567") == ()


def test_nothing_to_serve_is_a_problem() -> None:
    assert problems(OPENAI_API_KEY="sk-1", OPENAI_MODEL="gpt-5")[0].startswith("Nothing to serve")


def test_a_platform_that_is_named_must_be_set_up() -> None:
    assert [told.split(" ")[0] for told in problems("discord", **WHOLE)] == ["DISCORD_TOKEN"]


def test_another_provider_needs_no_key() -> None:
    assert problems(**(WHOLE | {"OPENAI_API_KEY": "", "OPENAI_BASE_URL": "http://127.0.0.1:8080/v1"})) == ()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SLACK_API_URL", "https://slack.com"),
        ("SLACK_API_URL", "slack.com/api/"),
        ("DISCORD_API_URL", "https://discord.com/api"),
        ("DISCORD_GATEWAY_URL", "https://gateway.discord.gg"),
        ("OPENAI_BASE_URL", "localhost:8080"),
        ("OPENAI_BASE_URL", "http://localhost/v1/chat/completions"),
        ("DATABASE_URL", "parley.db"),
        ("DATABASE_URL", "sqlite://"),
        ("PORT", "70000"),
        ("PARLEY_GRACE_S", "-1"),
        ("PARLEY_LOG_FORMAT", "xml"),
        ("PARLEY_LOG_LEVEL", "loud"),
        ("PARLEY_HISTORY_MESSAGES", "0"),
    ],
)
def test_a_value_that_cannot_be_meant_is_a_problem_of_its_variable(variable: str, value: str) -> None:
    told = problems(**(WHOLE | {variable: value}))
    assert len(told) == 1
    assert told[0].startswith(f"{variable}: ")


def test_addresses_are_brought_into_one_form() -> None:
    loaded = settings.load(None, SLACK_API_URL="http://x/api", DISCORD_API_URL="http://x/api/v10/")
    assert (loaded.slack_api_url, loaded.discord_api_url) == ("http://x/api/", "http://x/api/v10")


def test_an_env_file_is_read_and_an_empty_value_counts_as_not_set(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("OPENAI_MODEL=from-file\nPORT=\nPARLEY_GRACE_S=3\nSOMETHING_ELSE=1\n", encoding="utf-8")
    loaded = settings.load(file)
    assert (loaded.openai_model, loaded.port, loaded.grace_s) == ("from-file", None, 3.0)


def test_an_env_file_that_is_no_text_is_one_more_problem(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"OPENAI_MODEL=m\xff\n")
    assert settings.read(file, PORT="http")[1] == (
        f"{file} is not text in UTF-8 (byte 14)",
        "PORT: Input should be a valid integer, unable to parse string as an integer",
    )


def test_the_environment_comes_before_the_env_file(tmp_path: Path, environment: dict[str, str]) -> None:
    file = tmp_path / ".env"
    file.write_text("OPENAI_MODEL=from-file\n", encoding="utf-8")
    environment["OPENAI_MODEL"] = "from-environment"
    assert settings.load(file).openai_model == "from-environment"


def test_a_wrong_value_in_an_env_file_stands_aside_for_the_default(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("OPENAI_BASE_URL=nonsense\nPORT=1\n", encoding="utf-8")
    loaded, told = settings.read(file)
    assert [problem.partition(":")[0] for problem in told] == ["OPENAI_BASE_URL"]
    assert (loaded.openai_base_url, loaded.port) == (OPENAI_BASE_URL, 1)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        settings.load(None).port = 1

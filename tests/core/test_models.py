from pathlib import Path
from typing import Any

import pytest

from core import settings
from core.endpoints import EndpointKind
from core.errors import Fault, ModelTrouble
from core.models import Models
from storage import encrypted
from storage.configurations import Configuration, OwnEndpoint
from storage.encrypted import Vault
from storage.problems import NotPossible
from storage.words import Platform

pytestmark = pytest.mark.usefixtures("environment")

FILE = """
[router]
base_url = "https://openrouter.ai/api/v1"
models = ["anthropic/claude-sonnet-4.5", "mistralai/mistral-large"]
context_tokens = 32_000
answer_tokens = 2_000

[local]
base_url = "http://127.0.0.1:8000/v1"
kind = "vllm"
models = ["qwen"]
vision = false
"""


def models(tmp_path: Path, file: str = FILE, **given: Any) -> Models:
    path = tmp_path / "endpoints.toml"
    path.write_text(file, encoding="utf-8")
    return Models(settings.load(None, OPENAI_MODEL="gpt-4o", PARLEY_ENDPOINTS=str(path), **given))


def configuration(**given: Any) -> Configuration:
    return Configuration(workspace_row=7, platform=Platform.SLACK, revision=1, **given)


def test_without_a_list_everything_is_offered_that_the_endpoints_name(tmp_path: Path) -> None:
    assert models(tmp_path).offered() == (
        "gpt-4o",
        "router/anthropic/claude-sonnet-4.5",
        "router/mistralai/mistral-large",
        "local/qwen",
    )


def test_with_a_list_only_that_is_offered_and_the_first_model(tmp_path: Path) -> None:
    assert models(tmp_path, PARLEY_MODELS="local/qwen, gpt-4o-mini").offered() == (
        "gpt-4o",
        "local/qwen",
        "gpt-4o-mini",
    )


def test_a_workspace_may_allow_fewer(tmp_path: Path) -> None:
    assert models(tmp_path).offered(configuration(models=("local/qwen",))) == ("local/qwen",)


def test_a_name_with_a_slash_is_of_the_first_endpoint_unless_it_names_another(tmp_path: Path) -> None:
    found = models(tmp_path, PARLEY_MODELS="meta/llama,router/mistralai/mistral-large")
    assert (found.resolve("meta/llama").endpoint.name, found.resolve("meta/llama").name) == ("default", "meta/llama")
    other = found.resolve("router/mistralai/mistral-large")
    assert (other.endpoint.name, other.name) == ("router", "mistralai/mistral-large")


def test_default_can_be_written_out(tmp_path: Path) -> None:
    found = models(tmp_path)
    assert found.check(" default/gpt-4o ", configuration()) == "gpt-4o"
    assert found.resolve("default/gpt-4o").name == "gpt-4o"


def test_the_first_model_stays_itself_beside_an_endpoint_of_the_same_name(tmp_path: Path) -> None:
    found = models(tmp_path, FILE.replace("router", "meta"))
    assert found.choose().endpoint.name == "default"


def test_what_is_not_offered_is_refused_with_what_is(tmp_path: Path) -> None:
    with pytest.raises(NotPossible, match="'gpt-9' cannot be chosen here; these can: `gpt-4o`") as raised:
        models(tmp_path).check("gpt-9", configuration())
    assert raised.value.field == "model"
    with pytest.raises(NotPossible):
        models(tmp_path).check("gpt-4o", configuration(models=("local/qwen",)))


def test_the_channel_comes_before_the_persona_and_that_before_the_workspace(tmp_path: Path) -> None:
    found, set_there = models(tmp_path, PARLEY_MODELS="a,b,c"), configuration(model="c")
    assert found.choose(set_there, channel="a", persona="b").name == "a"
    assert found.choose(set_there, persona="b").name == "b"
    assert found.choose(set_there).name == "c"
    assert found.choose(configuration()).name == "gpt-4o"


def test_a_choice_that_is_not_allowed_any_more_is_passed_over(tmp_path: Path) -> None:
    found = models(tmp_path, PARLEY_MODELS="a,b")
    assert found.choose(configuration(models=("b",)), channel="a", persona="b").name == "b"
    assert found.choose(configuration(models=("b",)), channel="gone").name == "b"
    assert found.choose(configuration(), channel="gone").name == "gpt-4o"


def test_the_file_says_windows_and_capabilities(tmp_path: Path) -> None:
    found = models(tmp_path)
    router, local = found.resolve("router/mistralai/mistral-large"), found.resolve("local/qwen")
    assert (router.prompt_tokens, router.endpoint.kind) == (30_000, EndpointKind.OPENROUTER)
    assert (local.sees, router.sees, local.endpoint.kind) == (False, True, EndpointKind.VLLM)


def test_the_fallback_is_another_model_or_none(tmp_path: Path) -> None:
    found = models(tmp_path, PARLEY_FALLBACK_MODEL="local/qwen")
    fallback = found.fallback(found.choose())
    assert fallback is not None
    assert fallback.ref == "local/qwen"
    assert found.fallback(fallback) is None
    assert models(tmp_path).fallback(found.choose()) is None


def own(vault: Vault, **changed: Any) -> Configuration:
    kept = {"kind": "other", "base_url": "https://llm.example/v1", "sealed_key": vault.seal("sk-own"), "model": "big"}
    return configuration(endpoint=OwnEndpoint(**kept | changed))


def test_a_workspace_with_its_own_endpoint_is_answered_by_it_alone(tmp_path: Path) -> None:
    key = encrypted.new_key()
    found, set_there = (
        models(tmp_path, PARLEY_ENCRYPTION_KEYS=key, PARLEY_FALLBACK_MODEL="local/qwen"),
        own(Vault([key])),
    )
    model = found.choose(set_there)
    assert (model.ref, model.endpoint.key, model.endpoint.owned_by) == ("own/big", "sk-own", 7)
    assert model.endpoint.must_be_public
    assert "sk-own" not in repr(model)
    assert found.fallback(model) is None
    assert found.choose(configuration()).ref == "gpt-4o"
    assert found.offered(set_there)[-1] == "own/big"
    assert found.check("own/small", set_there) == "own/small"
    assert found.choose(set_there, persona="local/qwen").ref == "local/qwen"


def test_nobody_uses_the_endpoint_of_another_workspace(tmp_path: Path) -> None:
    with pytest.raises(NotPossible):
        models(tmp_path).check("own/big", configuration())
    with pytest.raises(LookupError):
        models(tmp_path).resolve("own/big", configuration())
    assert models(tmp_path).choose(configuration(model="own/big")).ref == "gpt-4o"


def test_own_endpoints_that_are_switched_off_are_not_used(tmp_path: Path) -> None:
    key = encrypted.new_key()
    found = models(tmp_path, PARLEY_ENCRYPTION_KEYS=key, PARLEY_OWN_ENDPOINTS="off")
    assert found.choose(own(Vault([key]))).ref == "gpt-4o"


@pytest.mark.parametrize("keys", ["", encrypted.new_key()], ids=["none", "another"])
def test_a_key_that_cannot_be_read_is_the_models_trouble_and_goes_nowhere_else(tmp_path: Path, keys: str) -> None:
    with pytest.raises(ModelTrouble) as raised:
        models(tmp_path, PARLEY_ENCRYPTION_KEYS=keys).choose(own(Vault([encrypted.new_key()])))
    assert raised.value.fault is Fault.UNREADABLE_KEY


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        ("[own]\nbase_url = 'http://x'", "'own' cannot be the name of an endpoint"),
        ("[Loud]\nbase_url = 'http://x'", "'Loud' cannot be the name of an endpoint"),
        ("[a]\nmodels = ['b']", "base_url"),
        ("[a]\nbase_url = 'x'", "'x' is not an address"),
        ("[a]\nbase_url = 'http://x'\nkind = 'abacus'", "abacus"),
        ("[a]\nbase_url = 'http://x'\nwindow = 5", "window"),
        ("[a]\nbase_url = 'http://x'\napi_key_env = 'NOWHERE_TO_BE_FOUND'", "no NOWHERE_TO_BE_FOUND"),
        ("not toml", "is no TOML"),
    ],
)
def test_a_wrong_file_of_endpoints_is_a_problem_of_its_setting(tmp_path: Path, file: str, problem: str) -> None:
    path = tmp_path / "endpoints.toml"
    path.write_text(file, encoding="utf-8")
    _, told = settings.read(None, PARLEY_ENDPOINTS=str(path))
    assert len(told) == 1
    assert told[0].startswith("PARLEY_ENDPOINTS: ")
    assert problem in told[0]


def test_a_file_of_endpoints_that_is_not_there_is_told(tmp_path: Path) -> None:
    _, told = settings.read(None, PARLEY_ENDPOINTS=str(tmp_path / "nowhere.toml"))
    assert "cannot be read" in told[0]


def test_a_key_comes_from_the_environment(tmp_path: Path, environment: dict[str, str]) -> None:
    environment["ROUTER_KEY"] = "sk-router"
    found = models(tmp_path, FILE.replace("[local]", "[local]\napi_key_env = 'ROUTER_KEY'"))
    assert found.resolve("local/qwen").endpoint.key == "sk-router"

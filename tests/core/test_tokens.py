import json

from hypothesis import given
from hypothesis import strategies as st

from core import tokens
from core.endpoints import Endpoint, EndpointKind, Model, capabilities
from core.tokens import Gauge, Measured


def test_what_is_denser_than_words_takes_more() -> None:
    words = "the quick brown fox jumps over it " * 20
    code = json.dumps({str(number): number for number in range(100)})
    base64 = "aGVsbG8gd29ybGQhIGhlbGxvIHdvcmxkIQ" * 20
    per_character = [tokens.estimate(text) / len(text) for text in (words, code, base64)]
    assert per_character == sorted(per_character)
    assert per_character[0] < 0.3
    assert per_character[2] > 0.7


@given(st.text(max_size=300))
def test_no_text_takes_more_tokens_than_bytes_with_the_reserve(text: str) -> None:
    assert 1 <= tokens.estimate(text) <= len(text.encode("utf-8", "replace")) * tokens.RESERVE + 1


def test_a_server_that_counts_more_makes_the_budget_smaller_soon_and_larger_slowly() -> None:
    gauge = Gauge()
    gauge.took("m", 1_000, 2_000)
    assert gauge.of("m").ratio == 1.5
    gauge.took("m", 1_000, 1_000)
    assert 1.4 < gauge.of("m").ratio < 1.5
    assert gauge.of("m").budget(9_000) < 6_000
    assert gauge.of("other").budget(9_000) == 9_000


def test_a_server_that_counts_less_makes_the_budget_larger() -> None:
    gauge = Gauge()
    for _ in range(50):
        gauge.took("m", 1_000, 700)
    assert 11_000 < gauge.of("m").budget(9_000) < 9_000 / 0.7


@given(st.lists(st.tuples(st.integers(0, 10**6), st.none() | st.integers(-5, 10**9)), max_size=30))
def test_no_count_of_a_server_leads_astray(counts: list[tuple[int, int | None]]) -> None:
    gauge = Gauge()
    for estimated, counted in counts:
        gauge.took("m", estimated, counted)
    assert tokens.LEAST_RATIO <= gauge.of("m").ratio <= tokens.MOST_RATIO


def test_small_prompts_and_cut_ones_tell_nothing() -> None:
    gauge = Gauge()
    gauge.took("m", 100, 300)
    gauge.took("m", 10_000, 2_000)
    gauge.took("m", 10_000, None)
    assert gauge.of("m") == Measured()


def test_what_was_refused_is_not_tried_again_for_a_while() -> None:
    gauge = Gauge()
    gauge.refused("m", 9_000)
    assert gauge.of("m").budget(100_000) == 6_000
    for _ in range(10):
        gauge.took("m", 200, None)
    assert 6_000 < gauge.of("m").budget(100_000) < 9_000
    for _ in range(100):
        gauge.took("m", 100_000, 100_000)
    assert gauge.of("m").budget(50_000) > 40_000


def test_what_a_server_says_that_it_takes_is_kept_to() -> None:
    gauge = Gauge()
    gauge.refused("m", 60_000, 4_400)
    assert gauge.of("m").budget(100_000) == int(4_400 / tokens.CARE)
    gauge.refused("m", 3_000, 100_000)
    assert gauge.of("m").budget(100_000) == 2_000


def test_refusals_leave_room_for_a_question() -> None:
    gauge = Gauge()
    for _ in range(100):
        gauge.refused("m", 5)
    assert gauge.of("m").budget(100_000) == tokens.LEAST


def test_only_so_many_models_are_remembered() -> None:
    gauge = Gauge(most_models=2)
    for name in ("a", "b", "a", "c"):
        gauge.took(name, 1_000, 2_000)
    assert [gauge.of(name).ratio > 1 for name in "abc"] == [True, False, True]


def window(kind: EndpointKind, model: str, *, url: str = "http://127.0.0.1/v1", said: int | None = None) -> int:
    endpoint = Endpoint(name="e", kind=kind, base_url=url, context_tokens=said, answer_tokens=4_096)
    return Model(endpoint, model, capabilities(endpoint, model)).window


def test_a_window_is_what_was_set_else_what_is_known_else_what_is_usual() -> None:
    assert window(EndpointKind.OPENAI, "gpt-4", said=20_000) == 20_000
    assert window(EndpointKind.OPENAI, "gpt-4") == 8_192
    assert window(EndpointKind.AZURE, "gpt-35-turbo") == 16_385
    assert window(EndpointKind.OPENROUTER, "openai/gpt-4-0613") == 8_192
    assert window(EndpointKind.OPENAI, "gpt-4o") == window(EndpointKind.OTHER, "mistral") == 100_000
    assert window(EndpointKind.OLLAMA, "llama3.3") == 4_096
    assert window(EndpointKind.OLLAMA, "glm:cloud") == window(EndpointKind.OLLAMA, "x", url="https://ollama.com/v1")


def test_half_of_a_small_window_is_for_the_prompt() -> None:
    endpoint = Endpoint(name="e", kind=EndpointKind.OLLAMA, base_url="http://127.0.0.1/v1", answer_tokens=4_096)
    assert Model(endpoint, "llama3.3", capabilities(endpoint, "llama3.3")).prompt_tokens == 2_048

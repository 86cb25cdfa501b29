import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import caps
from core.caps import Amount
from storage.caps import Cap
from storage.problems import NotPossible
from storage.words import Period, Reach, Unit


@pytest.mark.parametrize(
    ("said", "unit", "count"),
    [
        ("$5", Unit.USD, 5_000_000),
        ("5 usd", Unit.USD, 5_000_000),
        ("0.25$", Unit.USD, 250_000),
        ("$1,000.50", Unit.USD, 1_000_500_000),
        ("20000 tokens", Unit.TOKENS, 20_000),
        ("20k tokens", Unit.TOKENS, 20_000),
        ("1.5M tokens", Unit.TOKENS, 1_500_000),
        ("0 tokens", Unit.TOKENS, 0),
    ],
)
def test_amounts_are_read_as_people_write_them(said: str, unit: Unit, count: int) -> None:
    assert caps.amount(said) == Amount(unit, count)


@pytest.mark.parametrize("said", ["", "5", "five dollars", "$5 tokens", "-1 usd", "1.2.3 usd", f"{'9' * 40} tokens"])
def test_what_is_no_amount_is_refused_with_an_example(said: str) -> None:
    with pytest.raises(NotPossible):
        caps.amount(said)


@given(st.sampled_from(Unit), st.integers(0, 2**60))
def test_an_amount_is_read_again_as_it_is_shown(unit: Unit, count: int) -> None:
    assert caps.amount(str(Amount(unit, count))) == Amount(unit, count)


@pytest.mark.parametrize(
    ("said", "reach", "subject", "period", "shown"),
    [
        ("workspace month $50", Reach.WORKSPACE, "", Period.MONTH, "workspace: $50.00 per month"),
        ("Person per day 20000 tokens", Reach.PERSON, "", Period.DAY, "each person: 20,000 tokens per day"),
        ("channel C0GENERAL1 a day $0.1", Reach.CHANNEL, "C0GENERAL1", Period.DAY, "channel C0GENERAL1: $0.10 per day"),
    ],
)
def test_whole_caps_are_read_and_shown(said: str, reach: Reach, subject: str, period: Period, shown: str) -> None:
    cap = caps.parsed(said)
    assert (cap.reach, cap.subject, cap.period) == (reach, subject, period)
    assert caps.shown(cap) == shown


@pytest.mark.parametrize("said", ["", "person $1", "planet day $1", "workspace Bakery day $1", "person day 1"])
def test_what_is_no_cap_is_refused(said: str) -> None:
    with pytest.raises(NotPossible):
        caps.parsed(said)


def test_the_operators_caps_name_nobody() -> None:
    assert len(caps.general("workspace month $50; person day 20000 tokens;")) == 2
    with pytest.raises(ValueError, match="names no channel and no person"):
        caps.general("person U1 day $1")


def test_a_cap_stays_the_same_in_a_configuration_file() -> None:
    cap = Cap(reach=Reach.PERSON, subject="U1", name="Ann", period=Period.DAY, unit=Unit.USD, amount=1_234)
    assert caps.cap_of(caps.table_of(cap)) == cap

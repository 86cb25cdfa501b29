import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.discord.webhooks import FORBIDDEN, LONGEST_NAME, OWN_NAME, shown_name


@pytest.mark.parametrize(
    ("persona", "shown"),
    [
        ("Pirate", "Pirate"),
        ("Clyde the Bot", OWN_NAME),
        ("DISCORD helper", OWN_NAME),
        ("everyone", OWN_NAME),
        ("@everyone", OWN_NAME),
        ("C#: expert", "C expert"),
        ("```", OWN_NAME),
        ("dis@cord", "dis cord"),
        ("x" * 100, "x" * 80),
    ],
)
def test_a_name_that_discord_forbids_is_replaced(persona: str, shown: str) -> None:
    assert shown_name(persona) == shown


@given(st.text())
def test_every_persona_has_a_name_that_discord_takes(persona: str) -> None:
    name = shown_name(persona)
    assert 1 <= len(name) <= LONGEST_NAME
    assert not FORBIDDEN.search(name)
    assert not set("@#:") & set(name)

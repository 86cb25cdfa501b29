from bots.discord.surface import nonce_of


def test_a_nonce_has_at_most_25_characters_whatever_the_token() -> None:
    assert len(nonce_of("12345678901234567890", "r123456789.interrupted")) <= 25


def test_nonces_differ_by_trigger_and_by_token_and_are_the_same_again() -> None:
    assert nonce_of("1", "r1.0") == nonce_of("1", "r1.0")
    assert len({nonce_of("1", "r1.0"), nonce_of("2", "r1.0"), nonce_of("1", "r1.1")}) == 3

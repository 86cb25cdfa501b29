"""How a setting is declared, and what its value must look like."""

from typing import Any
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr

NOTHING = SecretStr("")
SHORTEST_TOKEN = 24
FEWEST_CHARACTERS = 8


def named(name: str, default: Any, description: str, **limits: Any) -> Any:
    """A setting that is read from the environment variable of this name."""
    return Field(default, validation_alias=AliasChoices(name), description=description, **limits)


def address(url: str, schemes: tuple[str, ...], ends_in: str = "") -> str:
    """The address in one spelling. Raises ValueError when it is none, or does not end as it must.

    What is said of it quotes none of it, as it may hold a password.
    """
    if not is_address(url, schemes):
        raise ValueError(f"this is not an address that begins with {' or '.join(f'{s}://' for s in schemes)}")
    if ends_in and not url.rstrip("/").endswith(ends_in.rstrip("/")):
        raise ValueError(f"this address does not end in {ends_in}")
    return url.rstrip("/") + ("/" if ends_in.endswith("/") else "") if ends_in else url


def is_address(url: str, schemes: tuple[str, ...]) -> bool:
    """Whether it names a host, and a port that is one if any."""
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def header(secret: SecretStr) -> SecretStr:
    """Raises ValueError for what no header of a request can hold."""
    said = secret.get_secret_value().strip()
    if not (said.isascii() and said.isprintable()):
        raise ValueError("this does not look like a key: copy it again, without anything around it")
    return SecretStr(said)


def token_of_kind(token: SecretStr, prefix: str) -> SecretStr:
    """Raises ValueError for a token of another kind."""
    if token.get_secret_value() and not token.get_secret_value().startswith(prefix):
        raise ValueError(f"this is not the right kind of token: it begins with {prefix}")
    return token


def hard_to_guess(token: SecretStr) -> SecretStr:
    """Raises ValueError for a token that others might find out by trying."""
    said = token.get_secret_value().strip()
    if said and (len(said) < SHORTEST_TOKEN or len(set(said)) < FEWEST_CHARACTERS):
        raise ValueError(
            f"this is too easy to guess: have `openssl rand -hex 32` make {SHORTEST_TOKEN} or more characters"
        )
    return token


def listed(secret: SecretStr) -> list[str]:
    """The parts of a secret that is a list with commas."""
    return parts(secret.get_secret_value())


def parts(text: str) -> list[str]:
    """The parts of a list with commas."""
    return [part.strip() for part in text.split(",") if part.strip()]

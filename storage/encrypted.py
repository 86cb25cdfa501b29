"""Secrets at rest: encrypted with the newest key, readable with any of them."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Unreadable(RuntimeError):
    """A secret was encrypted with a key that is not among PARLEY_ENCRYPTION_KEYS: put that key back at their end."""


class Vault:
    """Keys are Fernet's (cryptography.io/en/latest/fernet), newest first; ValueError when one of them is none."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, secret: str) -> str:
        """What is kept in place of the secret; nothing in place of nothing."""
        return self._fernet.encrypt(secret.encode()).decode() if secret else ""

    def unseal(self, sealed: str) -> str:
        """The secret again. Raises Unreadable."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode() if sealed else ""
        except InvalidToken:
            raise Unreadable(Unreadable.__doc__) from None

    def reseal(self, sealed: str) -> str:
        """The same secret, encrypted with the newest key. Raises Unreadable."""
        try:
            return self._fernet.rotate(sealed.encode()).decode() if sealed else ""
        except InvalidToken:
            raise Unreadable(Unreadable.__doc__) from None


def new_key() -> str:
    """A key that nobody else has."""
    return Fernet.generate_key().decode()


def is_key(text: str) -> bool:
    """Whether a text is a Fernet key."""
    try:
        Fernet(text)
    except ValueError:
        return False
    return True

"""Secrets at rest: encrypted with the newest key, readable with any of them."""

import base64
import importlib
from collections.abc import Sequence
from functools import cached_property
from typing import Any

KEY_BYTES = 32


class Unreadable(RuntimeError):
    """A secret was encrypted with a key that is not among PARLEY_ENCRYPTION_KEYS: put that key back at their end."""


class Vault:
    """Keys are Fernet's (cryptography.io/en/latest/fernet), newest first; ValueError when one of them is none."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or not all(map(is_key, keys)):
            raise ValueError("a vault needs Fernet keys")
        self._keys = tuple(keys)

    def seal(self, secret: str) -> str:
        """What is kept in place of the secret; nothing in place of nothing."""
        return self._fernet.encrypt(secret.encode()).decode() if secret else ""

    def unseal(self, sealed: str) -> str:
        """The secret again. Raises Unreadable."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode() if sealed else ""
        except _fernet().InvalidToken:
            raise Unreadable(Unreadable.__doc__) from None

    def reseal(self, sealed: str) -> str:
        """The same secret, encrypted with the newest key. Raises Unreadable."""
        try:
            return self._fernet.rotate(sealed.encode()).decode() if sealed else ""
        except _fernet().InvalidToken:
            raise Unreadable(Unreadable.__doc__) from None

    @cached_property
    def _fernet(self) -> Any:
        library = _fernet()
        return library.MultiFernet([library.Fernet(key) for key in self._keys])


def new_key() -> str:
    """A key that nobody else has."""
    return str(_fernet().Fernet.generate_key().decode())


def is_key(text: str) -> bool:
    """Whether a text is a Fernet key: 32 bytes in URL-safe base64."""
    try:
        return len(base64.urlsafe_b64decode(text)) == KEY_BYTES
    except ValueError:
        return False


def _fernet() -> Any:
    """Loaded when there is a secret: it takes 7 MB, and most installations keep none."""
    return importlib.import_module("cryptography.fernet")

"""What the admin token proves, and what is made of it: with another token, all of that is void."""

import hashlib
import hmac
import secrets


class Seal:
    """Everything is compared in constant time."""

    def __init__(self, token: str) -> None:
        self._key = hashlib.sha256(token.encode()).digest()
        self._token = self._made("token", token)

    def opens(self, given: str) -> bool:
        """Whether this is the token."""
        return hmac.compare_digest(self._made("token", given), self._token)

    def digest(self, visit: str) -> str:
        """What is kept of a browser that is let in: it does not tell what the browser has."""
        return self._made("session", visit)

    def of_forms(self, visit: str) -> str:
        """What the forms of one visit bring along, and nobody else's."""
        return self._made("form", visit)

    def is_of_forms(self, visit: str, given: str) -> bool:
        return hmac.compare_digest(self.of_forms(visit).encode(), given.encode(errors="replace"))

    def of_words(self, visit: str, said: str) -> str:
        """By which a sentence in an address is known to be Parley's own."""
        return self._made("said", f"{visit} {said}")

    def is_of_words(self, visit: str, said: str, given: str) -> bool:
        return hmac.compare_digest(self.of_words(visit, said).encode(), given.encode(errors="replace"))

    def mark(self) -> str:
        """For a browser from which somebody has logged in: nobody else can make one."""
        name = secrets.token_urlsafe(24)
        return f"{name}.{self._made('mark', name)}"

    def name_in(self, mark: str) -> str:
        """What tells a mark from others; empty for one that somebody has made up."""
        name, _, made = mark.partition(".")
        return name if hmac.compare_digest(self._made("mark", name).encode(), made.encode(errors="replace")) else ""

    def _made(self, what: str, of: str) -> str:
        return hmac.new(self._key, f"{what}:{of}".encode(errors="replace"), hashlib.sha256).hexdigest()

"""What people typed into forms that were refused, so that the form opens again with all of it."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from core.newest import Newest

KEPT_FOR_S = 3_600.0
MOST = 500


@dataclass(frozen=True, slots=True)
class Draft:
    """Whose it is, the id of the form, and what was typed."""

    person_id: int
    form_id: str
    values: dict[str, str]


class Drafts:
    """The newest drafts, each for an hour; they are lost with the process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: Newest[str, tuple[float, Draft]] = Newest(MOST)

    def keep(self, draft: Draft) -> str:
        """The key that the draft is found by."""
        key = secrets.token_urlsafe(12)
        self._kept[key] = (self._clock() + KEPT_FOR_S, draft)
        return key

    def find(self, key: str, person_id: int) -> Draft | None:
        """A person's own draft, while it is kept."""
        until, draft = self._kept.get(key, (0.0, None))
        return draft if draft is not None and draft.person_id == person_id and self._clock() < until else None

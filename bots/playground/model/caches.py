"""Remembers how requests began, as providers' prompt caches do: platform.openai.com/docs/guides/prompt-caching."""

from collections import OrderedDict
from hashlib import sha256
from typing import Any

import msgspec

from bots.playground.model import tokens

_KEPT = 2_000


class Caches:
    """Every beginning of a prompt that was seen of late, by its checksum; beginnings end where a message does."""

    def __init__(self) -> None:
        self._beginnings: OrderedDict[bytes, int] = OrderedDict()

    def seen(self, model: str, messages: list[dict[str, Any]]) -> int:
        """How many tokens at the beginning of these messages were seen before; from then on, all of them are."""
        checksum, count, cached = sha256(model.encode()), 0, 0
        for message in messages:
            checksum.update(msgspec.json.encode(message))
            count += tokens.estimate([message])
            beginning = checksum.digest()
            if beginning in self._beginnings:
                cached = count
            self._beginnings[beginning] = count
            self._beginnings.move_to_end(beginning)
        while len(self._beginnings) > _KEPT:
            self._beginnings.popitem(last=False)
        return cached

"""What the local model server allows, and how fast it answers."""

from collections.abc import Mapping
from typing import Any

import msgspec

from bots.playground.model.dialects import DIALECTS, Dialect, Kind


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The server's rules; `tokens_per_s` 0 means as fast as the caller takes them.

    `kind` is whose server it acts as. A beginning of at least `cache_from_tokens` that it has seen before is cached.
    """

    first_token_s: float = 0.3
    tokens_per_s: float = 60.0
    models: tuple[str, ...] = ("parley-playground",)
    require_key: str | None = None
    context_window: int = 128_000
    max_answer_tokens: int = 16_384
    answer_tokens: int = 0
    requests_per_min: int = 0
    unsupported: tuple[str, ...] = ()
    max_body_bytes: int = 20 * 1024 * 1024
    keep_requests: int = 200
    kind: Kind = Kind.OPENAI
    roles: tuple[str, ...] | None = None
    cache_from_tokens: int = 1_024

    @property
    def dialect(self) -> Dialect:
        return DIALECTS[self.kind]

    @property
    def known_roles(self) -> tuple[str, ...]:
        return self.dialect.roles if self.roles is None else self.roles

    def changed(self, fields: Mapping[str, Any]) -> "Rules":
        """The same rules with some fields changed; raises msgspec.ValidationError for what cannot be."""
        return msgspec.convert({**msgspec.structs.asdict(self), **fields}, Rules)

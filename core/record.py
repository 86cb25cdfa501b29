"""What one version of a reply was made from, as it is kept.

Of what people wrote it holds references: the ids of messages, how many tokens each took, and a checksum by which a
later edit is noticed, too short to tell anything of a text. Whatever is deleted is gone from here as well. Of the
layers of the system prompt it holds the changes that made them, and the text of the facts alone, which is kept nowhere
else.
"""

import zlib
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2s

import msgspec

from core.history import Request, Taken
from core.prompt import Layer, Source
from storage.words import FileKind

# A dollar is kept as a whole number of these.
MICRO = 1_000_000


class LayerKept(msgspec.Struct, omit_defaults=True):
    """A layer of the system prompt: `digest` is that of its text as the model was given it."""

    source: Source
    tokens: int
    digest: str
    change_id: int | None = None
    text: str = ""


class FileKept(msgspec.Struct, array_like=True):
    """How much of a file beside a message the model was given, and why no more, in Parley's own words."""

    kind: FileKind
    characters: int
    note: str


class TurnKept(msgspec.Struct, array_like=True, omit_defaults=True):
    """A stored message that the model was given."""

    message_id: int
    tokens: int
    checksum: int
    files: list[FileKept] = []


class SummaryKept(msgspec.Struct, array_like=True):
    """The summary that stood in place of older messages: its row, how many tokens it took, and its checksum."""

    row: int
    tokens: int
    checksum: int


class TryKept(msgspec.Struct, omit_defaults=True):
    """A request that came to nothing, before another was made: which model was asked, and why it failed."""

    model: str
    why: str


class Record(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One version of a reply.

    At most `most_turns` were read, the oldest of them `oldest_id`; `no_room` of them had no room in the `prompt_tokens`
    that the model's window leaves for a prompt. `values` is what templates stood for, where a layer has any.
    `cost_microusd` is in millionths of a dollar.
    """

    state: str
    error: str = ""
    model: str = ""
    endpoint: str = ""
    finish_reason: str = ""
    persona: str = ""
    parameters: dict[str, object] = {}
    tried: list[TryKept] = []
    layers: list[LayerKept] = []
    values: dict[str, str] = {}
    summary: SummaryKept | None = None
    turns: list[TurnKept] = []
    oldest_id: int = 0
    most_turns: int = 0
    no_room: int = 0
    prompt_tokens: int = 0
    queued_at: datetime | None = None
    started_at: datetime | None = None
    first_token_at: datetime | None = None
    first_shown_at: datetime | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    tokens_cached: int | None = None
    tokens_reasoning: int | None = None
    cost_microusd: int | None = None


def layers_of(request: Request) -> list[LayerKept]:
    """The layers of a request; the text of the facts with them."""
    pairs = zip(request.layers, request.layer_tokens, strict=True)
    return [_layer(layer, tokens) for layer, tokens in pairs]


def turns_of(taken: Sequence[Taken]) -> list[TurnKept]:
    return [_turn(one) for one in taken]


def summary_of(request: Request) -> SummaryKept | None:
    if request.summary is None:
        return None
    return SummaryKept(request.summary.row, request.summary_tokens, checksum(request.summary.text))


def digest(text: str) -> str:
    """Tells whether a layer's text is still the one that the model was given."""
    return blake2s(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def checksum(text: str) -> int:
    """Tells of nearly every edit that a text is another one, and nothing of what it says: 16 bits."""
    return zlib.crc32(text.encode("utf-8", "replace")) & 0xFFFF


def packed(record: Record) -> str:
    return msgspec.json.encode(record).decode()


def unpacked(text: str) -> Record:
    """A record of this or an earlier release. Raises msgspec.ValidationError for anything else."""
    return msgspec.json.decode(text, type=Record)


def _layer(layer: Layer, tokens: int) -> LayerKept:
    text = layer.text if layer.source is Source.FACTS else ""
    return LayerKept(layer.source, tokens, digest(layer.text), layer.change_id, text)


def _turn(one: Taken) -> TurnKept:
    files = [FileKept(file.kind, len(file.text), file.note) for file in one.shown.files]
    return TurnKept(one.said.message_id, one.tokens, checksum(one.said.text), files)

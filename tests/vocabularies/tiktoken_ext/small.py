"""A vocabulary for tests, as a plugin of tiktoken's: every byte, and some words. It was fetched from nowhere."""

from base64 import b64encode
from hashlib import sha1, sha256
from pathlib import Path
from typing import Any

from tiktoken.load import load_tiktoken_bpe

URL = "https://vocabularies.invalid/small.tiktoken"
LINE = "_" * 60
WORDS = [LINE, "and", "so", "on", "question", "answer", "the", "of", "parley"]
TOKENS = [
    *(bytes([number]) for number in range(256)),
    *(f"{space}{word}".encode() for word in WORDS for space in " \n"),
]
CONTENT = b"".join(b64encode(token) + b" %d\n" % rank for rank, token in enumerate(TOKENS))


def small() -> dict[str, Any]:
    return {
        "name": "small",
        "pat_str": r"\s?[^\W\d]+|\s+|.",
        "mergeable_ranks": load_tiktoken_bpe(URL, expected_hash=sha256(CONTENT).hexdigest()),
        "special_tokens": {},
    }


ENCODING_CONSTRUCTORS = {"small": small}


def fetched(folder: Path, content: bytes = CONTENT) -> None:
    """As tiktoken would have left it in its folder."""
    folder.mkdir(exist_ok=True)
    (folder / sha1(URL.encode(), usedforsecurity=False).hexdigest()).write_bytes(content)

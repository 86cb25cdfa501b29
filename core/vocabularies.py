"""Counts tokens by the vocabularies of OpenAI's models, with tiktoken, where they are on this machine already.

tiktoken fetches a vocabulary that it does not find. What makes its encodings is run here with a reader of our own in
the place of tiktoken's: that reader knows one folder, so no vocabulary is ever asked for over the network.
"""

import importlib.util
import pkgutil
import tempfile
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha1, sha256
from math import ceil
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import structlog

from core import tokens
from core.endpoints import Endpoint, Model
from core.newest import Newest
from core.tokens import Count

if TYPE_CHECKING:
    from tiktoken import Encoding

log = structlog.get_logger()

# Of a longer text some pieces are counted, spread over it, and the rest is estimated by them: counting holds up the
# loop for some 0.2 ms per 1,000 characters at worst, and tiktoken panics at a megabyte of spaces.
LONGEST = 8_000
PIECES, PIECE = 8, 1_000
# What stands between the pieces may be denser than they are.
CARE = 1.05
MOST_KNOWN = 10_000
NONE = "none"


class Unusable(Exception):
    """A vocabulary cannot be used."""


class NotInstalled(Unusable):
    """tiktoken is not installed: pip install 'parley[tiktoken]'"""


class NotThere(Unusable):
    """The vocabulary is not on this machine, or not whole: tiktoken can fetch it."""


class Vocabulary:
    """One of tiktoken's encodings, called with a text to count. What it has counted lately, it knows."""

    def __init__(self, encoding: "Encoding") -> None:
        self.name = encoding.name
        self._encode = encoding.encode_ordinary
        self._known: Newest[int, int] = Newest(MOST_KNOWN)

    def __call__(self, text: str) -> int:
        key = hash(text)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = max(1, self._counted(text))
        return known

    def _counted(self, text: str) -> int:
        if len(text) <= LONGEST:
            return len(self._encode(text))
        starts = (number * (len(text) - PIECE) // (PIECES - 1) for number in range(PIECES))
        pieces = [text[start : start + PIECE] for start in starts]
        ratio = sum(len(self._encode(piece)) for piece in pieces) / sum(map(tokens.estimate, pieces))
        return ceil(tokens.estimate(text) * ratio * CARE)


class Vocabularies:
    """Those of this process: none, until they are loaded."""

    def __init__(self, folder: str = "") -> None:
        self._folder = folder_of(folder)
        self._loaded: dict[str, Vocabulary] = {}

    def count(self, endpoint: Endpoint, model: str) -> Count:
        """What counts this model's tokens, as far as it is there: else they are estimated."""
        if not self._loaded:
            return tokens.estimate
        return self._loaded.get(encoding_of(endpoint, model), tokens.estimate)

    def load(self, models: Iterable[Model]) -> None:
        """Load what these models need and is there, each encoding once.

        That takes half a second and 85 MB for each, and holds up every thread for a moment in the end: it is to be done
        in a thread, while a process starts. Where there is no folder, nothing of tiktoken is loaded at all.
        """
        if not self._folder.is_dir():
            return
        try:
            names = {encoding_of(model.endpoint, model.name) for model in models}
            for name in sorted(names - {NONE, ""}):
                self._load(name)
        except NotInstalled:
            log.debug("vocabulary.no_tiktoken")

    def _load(self, name: str) -> None:
        try:
            self._loaded[name] = load(name, self._folder)
        except NotThere as reason:
            log.debug("vocabulary.not_there", encoding=name, reason=str(reason))
        except Exception as error:
            log.warning("vocabulary.unusable", encoding=name, error=f"{type(error).__name__}: {error}")
        else:
            log.info("vocabulary.loaded", encoding=name)


def folder_of(given: str) -> Path:
    """Where tiktoken keeps what it has fetched."""
    return Path(given) if given else Path(tempfile.gettempdir()) / "data-gym-cache"


def encoding_of(endpoint: Endpoint, model: str) -> str:
    """The encoding of a model, as it was set for its endpoint or as tiktoken has it for the name; empty if it has none.

    Raises NotInstalled.
    """
    if endpoint.encoding:
        return endpoint.encoding
    try:
        from tiktoken.model import encoding_name_for_model
    except ModuleNotFoundError:
        raise NotInstalled(NotInstalled.__doc__) from None
    try:
        return encoding_name_for_model(model.rpartition("/")[2])
    except KeyError:
        return ""


def load(name: str, folder: Path) -> Vocabulary:
    """The vocabulary of an encoding, from the folder. Raises Unusable."""
    try:
        import tiktoken
        import tiktoken_ext
    except ModuleNotFoundError:
        raise NotInstalled(NotInstalled.__doc__) from None
    found: dict[str, Callable[[], Mapping[str, Any]]] = {}
    for plugin in pkgutil.iter_modules(tiktoken_ext.__path__, "tiktoken_ext."):
        found |= _reading(folder, plugin.name).ENCODING_CONSTRUCTORS
    if name not in found:
        raise Unusable(f"tiktoken knows no encoding {name!r}, but {', '.join(sorted(found))}")
    return Vocabulary(tiktoken.Encoding(**found[name]()))


def _reading(folder: Path, plugin: str) -> ModuleType:
    """A copy of a plugin's module, for nobody else, in which all that tiktoken reads vocabularies with is replaced."""

    def ranks(url: str, expected_hash: str | None = None) -> dict[bytes, int]:
        return _ranks(folder, url, expected_hash)

    def unknown(*_: object, **__: object) -> None:
        raise Unusable(f"{plugin} has a vocabulary of a kind that is not read here")

    spec = importlib.util.find_spec(plugin)
    if spec is None or spec.loader is None:
        raise Unusable(f"{plugin} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, value in list(vars(module).items()):
        if getattr(value, "__module__", "") == "tiktoken.load":
            setattr(module, name, ranks if name == "load_tiktoken_bpe" else unknown)
    return module


def _ranks(folder: Path, url: str, expected_hash: str | None) -> dict[bytes, int]:
    """A vocabulary that tiktoken has fetched from this address at some time: github.com/openai/tiktoken, load.py."""
    path = folder / sha1(url.encode(), usedforsecurity=False).hexdigest()
    try:
        data = path.read_bytes()
    except OSError:
        raise NotThere(f"its vocabulary is not in {folder}") from None
    if expected_hash is not None and sha256(data).hexdigest() != expected_hash:
        raise NotThere(f"{path} is not the vocabulary that it is to be")
    return {b64decode(token): int(rank) for token, rank in (line.split() for line in data.splitlines() if line)}

"""The files beside a message become what a model can be given: text, a picture, or the reason why neither.

What a file is, its bytes say: names and declared types are whatever the sender likes. Everything is bounded: how many
files, how many bytes are fetched and kept, how long it may take.
"""

import asyncio
import codecs
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace

import structlog

from core import documents, pictures, texts, wording
from core.errors import LeftOut, PlatformTrouble
from core.settings import Settings
from storage.incoming import File
from storage.words import FileKind

log = structlog.get_logger()

FILES_PER_MESSAGE = 10
AT_ONCE = 3
NAME_LIMIT = 100
SECONDS = 20.0

UNFIT_FOR_NAMES = re.compile(r"[\s`<>\x00-\x1f\x7f]+")
CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

Fetch = Callable[[File, int], Awaitable[bytes]]


class Files:
    """Fetches and reads files, a few at a time: each may fill its limit of memory meanwhile."""

    def __init__(self, settings: Settings, seconds: float = SECONDS) -> None:
        self._bytes = int(settings.file_mb * 1_000_000)
        self._characters = settings.file_characters
        self._seconds = seconds
        self._turns = asyncio.Semaphore(AT_ONCE)
        # One decoded picture may take a quarter of a gigabyte.
        self._easel = asyncio.Semaphore(1)

    async def read(self, announced: Sequence[File], fetch: Fetch) -> list[File]:
        """The announced files in their order, each read or left out. Raises nothing that a file can cause.

        `fetch(file, limit)` gives the bytes of one, or raises LeftOut or PlatformTrouble.
        """
        return list(await asyncio.gather(*(self._one(number, file, fetch) for number, file in enumerate(announced))))

    async def _one(self, number: int, file: File, fetch: Fetch) -> File:
        if file.kind is not FileKind.PENDING:
            return file
        try:
            if number >= FILES_PER_MESSAGE:
                raise LeftOut(texts.FILE_TOO_MANY)
            if file.size > self._bytes:
                raise LeftOut(texts.FILE_TOO_LARGE)
            async with asyncio.timeout(self._seconds), self._turns:
                return await self._understood(file, await fetch(file, self._bytes))
        except LeftOut as reason:
            return _left_out(file, str(reason))
        except TimeoutError:
            return _left_out(file, texts.FILE_SLOW)
        except PlatformTrouble as trouble:
            log.info("file.not_fetched", code=trouble.code)
            return _left_out(file, texts.FILE_UNREACHABLE)
        except Exception:
            log.exception("file.broke")
            return _left_out(file, texts.FILE_BROKEN)

    async def _understood(self, file: File, data: bytes) -> File:
        if not data:
            raise LeftOut(texts.FILE_EMPTY)
        if len(data) > self._bytes:
            raise LeftOut(texts.FILE_TOO_LARGE)
        if pictures.is_picture(data):
            async with self._easel:
                image = await asyncio.to_thread(pictures.scaled, data)
            return replace(file, kind=FileKind.IMAGE, image=image)
        if documents.is_document(data):
            document = await documents.read(data, self._characters)
            return self._text(file, document.text, whole=document.whole)
        # No character has more than four bytes.
        start = data[: 4 * (self._characters + 1)]
        text = await asyncio.to_thread(decoded, start, whole=len(start) == len(data))
        return self._text(file, text, whole=len(text) <= self._characters)

    def _text(self, file: File, text: str, *, whole: bool) -> File:
        text = wording.clean(text[: self._characters])
        return replace(file, kind=FileKind.TEXT, text=text, note="" if whole else texts.FILE_CUT)


def named(name: object) -> str:
    """A file's name that is safe to show and to put into a prompt."""
    name = UNFIT_FOR_NAMES.sub(" ", wording.clean(name)).strip()
    name = name or "file"
    return name if len(name) <= NAME_LIMIT else f"{name[: NAME_LIMIT // 2]}…{name[1 - NAME_LIMIT // 2 :]}"


def decoded(data: bytes, *, whole: bool = True) -> str:
    """The text that bytes are, in whichever usual encoding; of a beginning, less than a character may be left at its
    end. Raises LeftOut when they are none."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return _in(encoding, data, whole, "replace")
    if b"\x00" in data:
        return _sensible(_unmarked(data, whole), 10)
    try:
        text = _in("utf-8", data, whole)
    except UnicodeDecodeError:
        return _sensible(_in("cp1252", data, whole, "replace"), 100)
    return _sensible(text, 10)


def _in(encoding: str, data: bytes, whole: bool, errors: str = "strict") -> str:
    return codecs.getincrementaldecoder(encoding)(errors).decode(data, whole)


def _unmarked(data: bytes, whole: bool) -> str:
    """UTF-16 as programs of Windows write it without a mark: of most texts, every other byte is NUL."""
    first, second = data[0::2].count(0), data[1::2].count(0)
    few, many = min(first, second), max(first, second)
    if many * 4 < len(data) or few * 20 > many:
        raise LeftOut(texts.FILE_UNKNOWN)
    try:
        return _in("utf-16-le" if second > first else "utf-16-be", data, whole)
    except UnicodeDecodeError:
        raise LeftOut(texts.FILE_UNKNOWN) from None


def _sensible(text: str, one_in: int) -> str:
    """The text, unless more than one in so many characters is none that people write."""
    if len(CONTROL.findall(text)) + text.count("\N{REPLACEMENT CHARACTER}") > len(text) // one_in:
        raise LeftOut(texts.FILE_UNKNOWN)
    return text


async def collected(chunks: AsyncIterator[bytes], limit: int) -> bytes:
    """All that is streamed. Raises LeftOut as soon as it is more than the limit, whatever was declared."""
    data = bytearray()
    async for chunk in chunks:
        data += chunk
        if len(data) > limit:
            raise LeftOut(texts.FILE_TOO_LARGE)
    return bytes(data)


def _left_out(file: File, reason: str) -> File:
    return replace(file, kind=FileKind.LEFT_OUT, note=reason)

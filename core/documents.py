"""The text of PDFs, read in a process of its own.

Reading one is slow work that would hold up every reply in this process, and a hostile file may make it take all time
and memory there is; a process can be limited, and killed. `python -m core.pages` is that process.
"""

import asyncio
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from core import texts
from core.errors import LeftOut

SECONDS = 10.0
# Python looks for modules in the working directory first: it must not be one that has another `core`.
HOUSE = Path(__file__).parent.parent
MARK, OBJECT = re.compile(rb"%PDF-\d\.\d"), b" obj"
BLANK = b"\xef\xbb\xbf \t\r\n"
# The process gets none of the secrets that are in this one's environment.
ENVIRONMENT = ("PATH", "PYTHONPATH", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Document:
    """What was read; `whole` is false when there were more pages or characters than were asked for."""

    text: str = ""
    whole: bool = True
    trouble: str = ""


def is_document(data: bytes) -> bool:
    """Whether PDF readers take it for one, and people do not take it for a text.

    Readers accept up to a kilobyte of something else before the mark (ISO 32000-1, annex H.3.4.1), and look for objects
    where a file's table of them is broken. A text may well speak of all that, and even show it.
    """
    mark = MARK.search(data, 0, 1_024)
    if mark is None or OBJECT not in data:
        return False
    return not data[: mark.start()].lstrip(BLANK) or not _is_text(data)


def _is_text(data: bytes) -> bool:
    try:
        return "\x00" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False


async def read(data: bytes, characters: int, seconds: float = SECONDS) -> Document:
    """The text of a PDF's first pages, at most so many characters. Raises LeftOut."""
    arguments = ("-m", "core.pages", str(characters))
    pipe = asyncio.subprocess.PIPE
    environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        stdin=pipe,
        stdout=pipe,
        stderr=asyncio.subprocess.DEVNULL,
        env=environment,
        cwd=HOUSE,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(data), seconds)
    except TimeoutError:
        raise LeftOut(texts.FILE_SLOW) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return _checked(said)


def _checked(said: bytes) -> Document:
    try:
        document = msgspec.json.decode(said, type=Document)
    except msgspec.DecodeError as error:
        raise LeftOut(texts.FILE_BROKEN) from error
    if document.trouble:
        raise LeftOut(document.trouble)
    return document

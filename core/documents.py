"""The text of PDFs, read in a process of its own.

Reading one is slow work that would hold up every reply in this process, and a hostile file may make it take all time
and memory there is; a process can be limited, and killed. `python -m core.pages` is that process.
"""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from core import texts
from core.errors import LeftOut

SECONDS = 10.0
# Python looks for modules in the working directory first: it must not be one that has another `core`.
HOUSE = Path(__file__).parent.parent
# The process gets none of the secrets that are in this one's environment.
ENVIRONMENT = ("PATH", "PYTHONPATH", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Document:
    """What was read; `whole` is false when there were more pages or characters than were asked for."""

    text: str = ""
    whole: bool = True
    trouble: str = ""


def is_document(data: bytes) -> bool:
    """The mark may come after some bytes of something else: ISO 32000-2, annex I."""
    return b"%PDF-" in data[:1_024]


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

"""Reads a PDF, in a process that does nothing else: `python -m core.pages` takes it from its standard input."""

import io
import sys
from collections.abc import Iterator

import msgspec
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from core import texts
from core.documents import SECONDS, Document

PAGES = 100
MEMORY_BYTES = 1_000_000_000


def extracted(data: bytes, characters: int) -> Document:
    """Read a PDF in this process."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return Document(trouble=texts.FILE_LOCKED)
        text = "\n\n".join(_pages(reader, characters)).strip()
        whole = len(reader.pages) <= PAGES and len(text) <= characters
    except PyPdfError:
        return Document(trouble=texts.FILE_BROKEN)
    return Document(text[:characters], whole) if text else Document(trouble=texts.FILE_WITHOUT_TEXT)


def _pages(reader: PdfReader, characters: int) -> Iterator[str]:
    for page in reader.pages[:PAGES]:
        text = page.extract_text().strip()
        if text:
            yield text
        characters -= len(text)
        if characters < 0:
            return


def _limit_process() -> None:
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (int(SECONDS) + 1,) * 2)


if __name__ == "__main__":
    _limit_process()
    found = extracted(sys.stdin.buffer.read(), int(sys.argv[1]))
    sys.stdout.buffer.write(msgspec.json.encode(found))

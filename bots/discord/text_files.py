"""Texts that people hand over as files, since a form or an option holds too little."""

from bots.discord import downloads
from core.errors import LeftOut
from core.fields import INSTRUCTION_LIMIT
from storage.incoming import File
from storage.problems import NotPossible

# A character takes at most four bytes in UTF-8.
MOST_BYTES = 4 * INSTRUCTION_LIMIT + 4
TOO_LARGE = f"The file is too large: a text here has at most {INSTRUCTION_LIMIT:,} characters."
NO_TEXT = "The file is no plain text: save it as text (UTF-8) and try again."


async def text_of(file: File, field: str = "instruction") -> str:
    """The text of a file. Raises NotPossible."""
    if file.size > MOST_BYTES:
        raise NotPossible(TOO_LARGE, field)
    try:
        content = await downloads.fetch(file, MOST_BYTES)
        text = content.decode("utf-8-sig")
    except LeftOut as reason:
        raise NotPossible(f"The file could not be read: {reason}.", field) from None
    except UnicodeDecodeError:
        raise NotPossible(NO_TEXT, field) from None
    if "\0" in text:
        raise NotPossible(NO_TEXT, field)
    return text

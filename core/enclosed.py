"""What the model is given of the files beside a message: fenced text, pictures, a line for each that is left out."""

import re
from collections.abc import Sequence
from dataclasses import replace

from core import texts, tokens
from core.tokens import Count
from storage.claims import Turn
from storage.incoming import File
from storage.words import AuthorKind, FileKind

FENCES = re.compile("`+")
# Less than this of a text is not worth its place.
SHORTEST = 500


def shown(turn: Turn, tokens_left: int, *, sees: bool, count: Count = tokens.estimate) -> tuple[Turn, int]:
    """The turn with its files in its text, as far as the tokens last, and how many those take.

    Each text takes half of what is left at most, so that one file does not crowd out everything else. Without `sees`
    there are no pictures.
    """
    taken, files = 0, []
    for file in turn.files:
        file = _fitting(file, tokens_left - taken, sees=sees, count=count)
        taken += cost(file, count)
        files.append(file)
    return with_files(turn, files), taken


def with_files(turn: Turn, files: Sequence[File]) -> Turn:
    """The turn with these files in place of its own, and what is given of them below its text."""
    text = "\n\n".join(part for part in (turn.text, *map(paragraph, files)) if part)
    return replace(turn, text=text, files=tuple(files))


def cost(file: File, count: Count = tokens.estimate) -> int:
    picture = tokens.PER_IMAGE if file.kind is FileKind.IMAGE else 0
    return count(paragraph(file)) + picture


def paragraph(file: File) -> str:
    """What stands below a message's text for one file."""
    match file.kind:
        case FileKind.TEXT:
            note = f" ({file.note})" if file.note else ""
            fence = "`" * max(3, 1 + max(map(len, FENCES.findall(file.text)), default=0))
            return f"File {file.name}{note}:\n{fence}\n{file.text}\n{fence}"
        case FileKind.IMAGE:
            return f"[Image: {file.name}]"
    return f"[File left out: {file.name} ({file.note})]"


def left_out(turns: Sequence[Turn]) -> list[tuple[str, str]]:
    """The names of files that were left out of what the newest answer is to, each with the reason."""
    found: list[tuple[str, str]] = []
    for turn in reversed(turns):
        if turn.author_kind is AuthorKind.SELF:
            break
        found[:0] = [(file.name, file.note) for file in turn.files if file.note]
    return found


def _fitting(file: File, tokens_left: int, *, sees: bool, count: Count) -> File:
    match file.kind:
        case FileKind.PENDING:
            return _without(file, texts.FILE_SLOW)
        case FileKind.TEXT:
            return _cut(file, tokens_left // 2, count)
        case FileKind.IMAGE if not sees:
            return _without(file, texts.FILE_IMAGE_UNSEEN)
        case FileKind.IMAGE if not file.image:
            return _without(file, texts.FILE_IMAGE_OLDER)
        case FileKind.IMAGE if cost(file, count) > tokens_left:
            return _without(file, texts.FILE_NO_ROOM)
    return file


def _cut(file: File, most: int, count: Count) -> File:
    """As much of a text's beginning as its tokens allow."""
    while (takes := cost(file, count)) > most:
        fits = len(file.text) * max(most, 0) // takes
        if fits < SHORTEST:
            return _without(file, texts.FILE_NO_ROOM)
        file = replace(file, text=file.text[: min(fits, len(file.text) - 1)], note=texts.FILE_CUT)
    return file


def _without(file: File, reason: str) -> File:
    return replace(file, kind=FileKind.LEFT_OUT, text="", image=b"", note=reason)

"""The text that a person hands to a command: as an argument, from a file, or from standard input."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from bots.commands.failures import Refused

F = TypeVar("F", bound=Callable[..., Any])

MOST_BYTES = 1_000_000
STANDARD_INPUT = "-"


def text_argument(name: str) -> Callable[[F], F]:
    """An optional argument for the text, and `--file` as the other way to give it."""

    def decorate(function: F) -> F:
        with_file = click.option("-f", "--file", "path", metavar="FILE", help="Read the text from a file; - is stdin.")
        return click.argument("text", metavar=f"[{name}|-]", required=False)(with_file(function))

    return decorate


def given(text: str | None, path: str | None, *, most_bytes: int = MOST_BYTES) -> str:
    """The text. Raises UsageError when it is given twice or not at all, and Refused when it cannot be read."""
    if text is not None and path is not None:
        raise click.UsageError("The text is given twice: as an argument and with --file.")
    if text is not None and text != STANDARD_INPUT:
        return text
    if text is None and path is None:
        raise click.UsageError("The text is missing: give it as an argument, with --file FILE, or as - from stdin.")
    return _decoded(_read(path or STANDARD_INPUT, most_bytes), path, most_bytes)


def _read(path: str, most_bytes: int) -> bytes:
    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read(most_bytes + 1)
    try:
        with Path(path).open("rb") as file:
            return file.read(most_bytes + 1)
    except OSError as error:
        raise Refused(f"{path!r} cannot be read: {error.strerror}.") from error


def _decoded(data: bytes, path: str | None, most_bytes: int) -> str:
    source = repr(path) if path not in (None, STANDARD_INPUT) else "Standard input"
    if len(data) > most_bytes:
        raise Refused(f"{source} holds more than {most_bytes:,} bytes, which is too much.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{source} is not text in UTF-8 (byte {error.start}).") from error

"""Logs: events with key-values on stderr, as JSON lines or, in a terminal, for reading.

Python's own loggers (the platforms' and the model's libraries) go through the same renderer, from warnings on. Whatever
looks like a secret is masked in the finished line, so that no exception or library can let one out.
"""

import logging
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from core.settings import Settings

SECRET = re.compile(
    r"\b(xox[a-z]-|xapp-|sk-|(?:Bearer|Bot)\s+)[\w.~+/=-]{4,}"
    # Discord's tokens: discord.com/developers/docs/reference#authentication
    r"|\b[\w-]{23,30}\.[\w-]{6}\.[\w-]{27,45}\b"
)
HANDLER = "parley"


class Lines:
    """A stream of lines that may be lost: where none can be written, as on a full disk, nothing else fails for it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


# Hears the level of a record.
Heard = Callable[[str], object]


def unheard(_level: str) -> None:
    """Nobody counts them."""


def set_up(settings: Settings, stream: TextIO | None = None, heard: Heard = unheard) -> None:
    """Send every log record of this process to `stream` (stderr), in the form and from the level that is set.

    `heard` is told the level of each.
    """
    stream = stream or sys.stderr
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    readable = settings.log_format == "text" or (settings.log_format == "auto" and stream.isatty())
    structlog.configure(
        processors=[*_shared(heard), *_rendering(readable, stream)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, Lines(stream))),
        cache_logger_on_first_use=False,
    )
    _route_libraries(readable, stream, heard)


def unforeseen(event: str, error: Exception) -> None:
    """Log an error that nobody foresaw: with its traceback, but for a person at a terminal only when debugging."""
    with_traceback = debugging() or not _is_readable()
    structlog.get_logger().error(event, error=type(error).__name__, exc_info=error if with_traceback else None)


def debugging() -> bool:
    wrapper = structlog.get_config()["wrapper_class"]
    return wrapper is structlog.make_filtering_bound_logger(logging.DEBUG)


def masked(text: str) -> str:
    """The text with every token, key and authorization replaced by its kind and stars."""
    return SECRET.sub(lambda found: f"{found[1] or ''}***", text)


def _mask(_logger: WrappedLogger, _method: str, line: str) -> str:
    return masked(line)


def _shared(heard: Heard) -> list[Processor]:
    def tell(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        heard(event["level"])
        return event

    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        tell,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _rendering(readable: bool, stream: TextIO) -> list[Any]:
    if readable:
        return [
            structlog.dev.ConsoleRenderer(
                colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback, sort_keys=False
            ),
            _mask,
        ]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str), _mask]


def _is_readable() -> bool:
    return any(isinstance(step, structlog.dev.ConsoleRenderer) for step in structlog.get_config()["processors"])


def _route_libraries(readable: bool, stream: TextIO, heard: Heard) -> None:
    handler = logging.StreamHandler(stream)
    handler.name = HANDLER
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_shared(heard), _name_logger],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(readable, stream)],
        )
    )
    root = logging.getLogger()
    root.handlers = [kept for kept in root.handlers if kept.name != HANDLER] + [handler]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)


def _name_logger(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event["logger"] = event["_record"].name
    return event

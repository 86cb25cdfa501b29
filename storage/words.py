"""The closed sets of words that the tables hold."""

from enum import StrEnum


class Platform(StrEnum):
    SLACK = "slack"
    DISCORD = "discord"


class Role(StrEnum):
    """Who speaks in a message, in the words of chat completions."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class AuthorKind(StrEnum):
    """Who wrote a message. Text of another bot is kept, but never asks for an answer."""

    PERSON = "person"
    BOT = "bot"
    SELF = "self"


class Listening(StrEnum):
    """Which messages of a channel ask Parley for an answer."""

    MENTION = "mention"  # those that mention it
    THREADS = "threads"  # and those in threads that it takes part in
    EVERY = "every"  # all that people write


class FileKind(StrEnum):
    """What is kept of a file beside a message."""

    PENDING = "pending"  # nothing yet: it is being fetched
    TEXT = "text"  # its text
    IMAGE = "image"  # a picture of a size that models take
    LEFT_OUT = "left_out"  # nothing, for the reason that its note gives

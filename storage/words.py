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

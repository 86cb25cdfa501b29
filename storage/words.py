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


class ToolState(StrEnum):
    """How a call of a tool stands: see `storage.tool_turns`."""

    ASKING = "asking"  # somebody must allow it
    ALLOWED = "allowed"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"


class Asks(StrEnum):
    """Which tools of a server somebody must allow each time."""

    ALWAYS = "always"
    CHANGES = "changes"  # those that do not say that they only read
    NEVER = "never"


class Reach(StrEnum):
    """What a cap holds for."""

    WORKSPACE = "workspace"
    CHANNEL = "channel"
    PERSON = "person"


class Period(StrEnum):
    """How long a cap holds, in days of the workspace's time zone."""

    DAY = "day"
    MONTH = "month"


class Unit(StrEnum):
    """What a cap counts."""

    USD = "usd"
    TOKENS = "tokens"


class Refusal(StrEnum):
    """Why a question is kept and not answered: the error of its reply."""

    FLOOD = "flood"
    PERSON = "access"
    DIRECT = "direct"
    WORDS = "words"


class Deed(StrEnum):
    """What was changed, in the audit log."""

    PERSONA_CREATE = "persona.create"
    PERSONA_EDIT = "persona.edit"
    PERSONA_RENAME = "persona.rename"
    PERSONA_DELETE = "persona.delete"
    PERSONA_RESTORE = "persona.restore"
    PERSONA_ASSIGN = "persona.assign"
    PERSONA_CLEAR = "persona.clear"
    PROMPT_SET = "prompt.set"
    PROMPT_CLEAR = "prompt.clear"
    PROMPT_RESTORE = "prompt.restore"
    LISTEN = "listen"
    MODEL_DEFAULT = "model.default"
    MODEL_ALLOWED = "model.allowed"
    MODEL_CHANNEL = "model.channel"
    MANAGERS_ADD = "managers.add"
    MANAGERS_REMOVE = "managers.remove"
    MANAGERS_CHANNELS = "managers.channels"
    ENDPOINT_SET = "endpoint.set"
    ENDPOINT_REMOVE = "endpoint.remove"
    TOOLS_SET = "tools.set"
    TOOLS_REMOVE = "tools.remove"
    TIMEZONE = "timezone"
    SUMMARIES = "summaries"
    RETENTION = "retention"
    ERASE = "erase"
    ACCESS_ALLOW = "access.allow"
    ACCESS_DENY = "access.deny"
    ACCESS_LIFT = "access.lift"
    ACCESS_DIRECT = "access.direct"
    ACCESS_WORDS = "access.words"
    SCHEDULE_ADD = "schedule.add"
    SCHEDULE_PAUSE = "schedule.pause"
    SCHEDULE_RESUME = "schedule.resume"
    SCHEDULE_RUN = "schedule.run"
    SCHEDULE_REMOVE = "schedule.remove"
    CAP_SET = "cap.set"
    CAP_REMOVE = "cap.remove"
    IMPORT = "import"

"""Refusals of the local Slack server, drawn as one tree.

Refusal
├── SlackError      a Web API method answers `{"ok": false, "error": code}`
├── ControlError    a control route answers 4xx `{"error": text}`
└── Unanswered      the app did not answer a person in time
"""

from typing import Any


class Refusal(Exception):
    """Something was asked for that this server does not do."""


class SlackError(Refusal):
    """A method's error code, with the fields that Slack adds to it."""

    def __init__(self, code: str, **fields: Any) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields


class ControlError(Refusal):
    """A control request that cannot be carried out."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


class Unanswered(Refusal):
    """An envelope that waited for an answer got none: `dispatch_failed` or `operation_timeout`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def invalid_arguments(text: str) -> SlackError:
    """The refusal of a malformed argument, with Slack's explanation of it."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {text}"]})

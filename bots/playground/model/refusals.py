"""The errors that OpenAI's API answers with (https://platform.openai.com/docs/guides/error-codes)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(eq=False)
class Refused(Exception):
    """The request is answered with an error body of OpenAI's shape."""

    status: int
    message: str
    param: str | None = None
    code: str | None = None
    type: str = "invalid_request_error"
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self, body: Callable[["Refused"], Any] | None = None) -> web.Response:
        """The answer, in the words of a kind of server, or else in OpenAI's."""
        error = {"message": self.message, "type": self.type, "param": self.param, "code": self.code}
        return web.json_response(body(self) if body else {"error": error}, status=self.status, headers=self.headers)


def invalid(message: str, param: str | None = None, code: str | None = None) -> Refused:
    return Refused(400, message, param, code)


def unreadable() -> Refused:
    """The body is not JSON in UTF-8, or holds half of a surrogate pair."""
    return invalid(
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library"
        " correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)"
    )


def missing(param: str) -> Refused:
    return invalid(f"Missing required parameter: '{param}'.", param, "missing_required_parameter")


def wrong_type(param: str, expected: str, value: object) -> Refused:
    return invalid(
        f"Invalid type for '{param}': expected {expected}, but got {_kind(value)} instead.", param, "invalid_type"
    )


def wrong_value(param: str, value: object, supported: tuple[str, ...]) -> Refused:
    quoted = [f"'{one}'" for one in supported]
    listed = quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])}, and {quoted[-1]}"
    return invalid(f"Invalid value: '{value}'. Supported values are: {listed}.", param, "invalid_value")


def no_such_model(model: str) -> Refused:
    return Refused(404, f"The model `{model}` does not exist or you do not have access to it.", code="model_not_found")


def too_long(window: int, tokens: int) -> Refused:
    return invalid(
        f"This model's maximum context length is {window} tokens. However, your messages resulted in {tokens} tokens."
        " Please reduce the length of the messages.",
        "messages",
        "context_length_exceeded",
    )


def too_large(limit: int) -> Refused:
    return Refused(413, f"Maximum content size limit ({limit}) exceeded.", type="server_error")


def no_key() -> Refused:
    return Refused(
        401,
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth"
        " (i.e. Authorization: Bearer YOUR_KEY).",
    )


def wrong_key(key: str) -> Refused:
    shown = key if len(key) < 9 else f"{key[:4]}{'*' * (len(key) - 8)}{key[-4:]}"
    return Refused(401, f"Incorrect API key provided: {shown}.", code="invalid_api_key")


def too_many(limit: int, wait_s: float, headers: Mapping[str, str]) -> Refused:
    """Too many requests in a minute (https://platform.openai.com/docs/guides/rate-limits)."""
    return Refused(
        429,
        f"Rate limit reached for requests per min (RPM): Limit {limit}, Used {limit}, Requested 1."
        f" Please try again in {wait_s:.3f}s.",
        code="rate_limit_exceeded",
        type="requests",
        headers=headers,
    )


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int():
            return "an integer"
        case float():
            return "a decimal"
        case str():
            return "a string"
        case list():
            return "an array"
    return "an object"

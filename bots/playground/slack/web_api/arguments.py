"""What a request to a method brings: its arguments and its token (docs.slack.dev/apis/web-api#basics)."""

import json
from typing import Any

from aiohttp import web

from bots.playground.slack.messages import Json

POST_TYPES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain")


async def read(request: web.Request) -> tuple[Json, str | None]:
    """Arguments and token, from the query and a form or a JSON body; a body that cannot be read is its error under "".

    The token is the header's, or else a form's. docs.slack.dev/changelog/2017-10-keeping-up-with-the-jsons: JSON brings
    none; docs.slack.dev/changelog/2020-11-no-more-tokens-in-querystrings-for-newly-created-apps: nor does an address.
    """
    args: Json = dict(request.query)
    args.pop("token", None)
    posted = await _posted(request) if request.can_read_body else {}
    given = posted.pop("token", None)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return args | posted, token
    return args | posted, None if request.content_type == "application/json" else given


async def _posted(request: web.Request) -> Json:
    """docs.slack.dev/reference/methods/chat.postMessage#errors tells the refusals apart."""
    if "Content-Type" not in request.headers:
        return {"": "missing_post_type"}
    if request.content_type not in POST_TYPES:
        return {"": "invalid_post_type"}
    if request.content_type == "application/json":
        return _decoded(await request.read())
    try:
        form = await request.post()
    except LookupError:
        return {"": "invalid_charset"}
    except ValueError:
        return {"": "invalid_form_data"}
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        decoded = json.loads(body)
    except (ValueError, RecursionError):
        return {"": "invalid_json"}
    return decoded if isinstance(decoded, dict) else {"": "json_not_object"}

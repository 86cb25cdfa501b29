"""The local CDN: files of messages, at signed addresses that expire (…/reference, "Signed Attachment CDN URLs")."""

from aiohttp import web

from bots.playground.discord.message_payloads import signature
from bots.playground.discord.state import STATE

GONE = "This content is no longer available."


async def attachment(request: web.Request) -> web.StreamResponse:
    """The bytes of a file; 404 when its address was changed or is too old."""
    state, ids = request.app[STATE], request.match_info
    found = state.world.attachments.get(int(ids["attachment"]))
    if found is None or found.filename != ids["filename"] or str(found.channel_id) != ids["channel"]:
        return web.Response(status=404, text=GONE)
    try:
        expires = int(request.query.get("ex", ""), 16)
    except ValueError:
        return web.Response(status=404, text=GONE)
    if request.query.get("hm") != signature(found, expires) or state.world.snowflakes.now() >= expires:
        return web.Response(status=404, text=GONE)
    return web.Response(body=found.content, headers={"Content-Type": found.content_type})


ROUTES = [web.get(r"/cdn/attachments/{channel:\d+}/{attachment:\d+}/{filename}", attachment)]

"""The files that people attach: announced with the message, and fetched at once.

Their addresses run out (docs: reference, "Signed Attachment CDN URLs"), so none is ever kept.
"""

import aiohttp
import discord

from core import files, texts
from core.errors import LeftOut
from storage.incoming import File

FETCH_S = 30.0
CHUNK_BYTES = 65_536


def announced(message: discord.Message) -> tuple[File, ...]:
    """The files of a message, and of those that it forwards."""
    forwarded = (one for snapshot in message.message_snapshots for one in snapshot.attachments)
    return tuple(file_of(one) for one in (*message.attachments, *forwarded))


def file_of(attachment: discord.Attachment) -> File:
    return File(name=attachment.filename, size=attachment.size, source=attachment.url)


async def fetch(file: File, limit: int) -> bytes:
    """At most `limit` bytes of a file. No token is sent along. Raises LeftOut."""
    timeout = aiohttp.ClientTimeout(total=FETCH_S)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as connections, connections.get(file.source) as response:
            if response.status != 200:
                raise LeftOut(texts.FILE_UNREACHABLE)
            return await files.collected(response.content.iter_chunked(CHUNK_BYTES), limit)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise LeftOut(texts.FILE_UNREACHABLE) from error

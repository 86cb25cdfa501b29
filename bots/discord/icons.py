"""Pictures of personas that people attach: kept as emoji of the application, whose addresses do not run out.

An attachment's own address does (docs: reference, "Signed Attachment CDN URLs"). An application has room for 2,000
emoji, each of at most 256 KiB (docs: resources/emoji, "Application-Owned Emoji" and "Create Application Emoji").
"""

import secrets

import discord

from bots.discord import downloads, rest
from core.errors import LeftOut, PlatformTrouble
from storage.problems import NotPossible

MOST_BYTES = 256 * 1024
KINDS = ("image/png", "image/jpeg", "image/gif", "image/webp")
NO_PICTURE = "A persona's picture is a PNG, JPEG, GIF or WebP file of at most 256 KiB."
NOT_KEPT = "Discord did not take that picture: try another one, or give the address of one with `icon_url`."


class Icons:
    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def keep(self, attachment: discord.Attachment) -> str:
        """The lasting address of a picture. Raises NotPossible."""
        if attachment.size > MOST_BYTES or (attachment.content_type or "").split(";")[0] not in KINDS:
            raise NotPossible(NO_PICTURE, "icon")
        try:
            picture = await downloads.fetch(downloads.file_of(attachment), MOST_BYTES)
            name = f"persona_{secrets.token_hex(8)}"
            emoji = await rest.call(self._client.create_application_emoji(name=name, image=picture))
        except (LeftOut, PlatformTrouble, ValueError):
            raise NotPossible(NOT_KEPT, "icon") from None
        return emoji.url

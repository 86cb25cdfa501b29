"""Emoji of the application (discord.com/developers/docs/resources/emoji, "Create Application Emoji")."""

import pytest

from tests.bots.playground.discord.driving import Bot, library

PNG = b"\x89PNG\r\n\x1a\n"


async def test_an_emoji_has_an_address_of_its_own(bot: Bot) -> None:
    emoji = await bot.create_application_emoji(name="persona_1", image=PNG)
    assert emoji.url == f"https://cdn.discordapp.com/emojis/{emoji.id}.png"


@pytest.mark.parametrize(
    ("name", "image", "code"),
    [("no spaces", PNG, 50035), ("x", PNG, 50035), ("large", PNG + b"x" * 256 * 1024, 50045)],
)
async def test_an_emoji_that_discord_does_not_take_is_refused(bot: Bot, name: str, image: bytes, code: int) -> None:
    with pytest.raises(library.HTTPException) as refused:
        await bot.create_application_emoji(name=name, image=image)
    assert refused.value.code == code

"""What a person alone sees of what was done for them: an ephemeral answer, whatever happens."""

import io
from collections.abc import Awaitable, Callable

import discord
import structlog
from discord.utils import MISSING

from bots.discord import rest
from bots.discord.errands import Errands
from bots.discord.surface import NOBODY, TEXT_LIMIT
from core import texts
from core.errors import PlatformTrouble
from storage.problems import NotPossible

log = structlog.get_logger()


class Answers:
    """Answers interactions, which Discord gives three seconds (docs: interactions/receiving-and-responding)."""

    def __init__(self, errands: Errands) -> None:
        self.errands = errands

    async def give(self, interaction: discord.Interaction, deed: Callable[[], Awaitable[str]]) -> None:
        """Acknowledge at once, do what was asked, and say what came of it."""
        with self.errands.under_way():
            await rest.call(interaction.response.defer(ephemeral=True, thinking=True))
            await say(interaction, await deed())

    async def show(
        self, interaction: discord.Interaction, deed: Callable[[], Awaitable[tuple[str, discord.ui.View]]]
    ) -> None:
        """As `give`, with buttons below the answer."""
        with self.errands.under_way():
            await rest.call(interaction.response.defer(ephemeral=True, thinking=True))
            await say(interaction, *await deed())

    async def refuse(self, interaction: discord.Interaction, error: Exception) -> None:
        """Say in one sentence why something was not done; what nobody foresaw is logged."""
        try:
            await say(interaction, self.reason(interaction, error))
        except PlatformTrouble as trouble:
            log.info("interaction.not_answered", interaction=interaction.id, code=trouble.code)

    def reason(self, interaction: discord.Interaction, error: Exception) -> str:
        """The sentence that says why something was not done."""
        cause = getattr(error, "original", error)
        if isinstance(cause, NotPossible):
            return "\n".join(problem.sentence for problem in cause.problems)
        log.error("interaction.failed", interaction=interaction.id, type=interaction.type.name, exc_info=cause)
        return texts.SOMETHING_BROKE


async def say(
    interaction: discord.Interaction,
    text: str,
    view: discord.ui.View = MISSING,
    *,
    file: discord.File = MISSING,
) -> None:
    """Answer so that the person alone sees it; a text that is too long for a message comes whole in a file."""
    if len(text) > TEXT_LIMIT:
        text, file = shortened(text), as_file(text)
    if interaction.response.is_done():
        follow_up = interaction.followup.send(
            text, view=view, file=file, ephemeral=True, allowed_mentions=NOBODY, suppress_embeds=True, wait=True
        )
        await rest.call(follow_up)
        return
    answer = interaction.response.send_message(
        text, view=view, file=file, ephemeral=True, allowed_mentions=NOBODY, suppress_embeds=True
    )
    await rest.call(answer)


def shortened(text: str, limit: int = TEXT_LIMIT) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def as_file(text: str, name: str = "whole.txt") -> discord.File:
    return discord.File(io.BytesIO(text.encode()), name)

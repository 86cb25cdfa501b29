"""`Ask Parley about this`: a question about a message, asked from the menu of that message."""

from collections.abc import Mapping

import discord
from discord import app_commands

from bots.discord import rest
from bots.discord.asking import Asking
from bots.discord.forms import Forms
from bots.discord.questions import Filled, Form, Question
from core.errors import PlatformTrouble
from core.newest import Newest

NAME = "Ask Parley about this"
FORM = "ask-about"
QUESTION = Question("question", "What would you like to know?", long=True)
MOST = 1_000


class AboutForm:
    """The form is about a message, by its id. The menu brings the message itself; after a restart it is fetched.

    A message of another channel is never asked about, whatever a form says: who sends it may not see that one.
    """

    name = FORM
    secrets: frozenset[str] = frozenset()

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._messages: Newest[str, discord.Message] = Newest(MOST)

    def note(self, message: discord.Message) -> str:
        """Keep a message for its form; the form's id."""
        self._messages[str(message.id)] = message
        return f"{FORM}:{message.id}"

    async def form(self, interaction: discord.Interaction, about: str, values: Mapping[str, str] | None) -> Form:
        return Form(f"{FORM}:{about}", NAME, (QUESTION,))

    async def submitted(self, interaction: discord.Interaction, about: str, given: Filled) -> None:
        message = self._messages.get(about)
        if message is None or message.channel.id != interaction.channel_id:
            message = await self._fetched(interaction, int(about))
        await self._asking.ask(interaction, given.values[QUESTION.id], about=message)

    async def _fetched(self, interaction: discord.Interaction, message_id: int) -> discord.Message | None:
        place = interaction.client.get_partial_messageable(interaction.channel_id or 0)
        try:
            return await rest.call(place.fetch_message(message_id))
        except PlatformTrouble:
            return None


def menu(asking: Asking, forms: Forms) -> app_commands.ContextMenu:
    kind = AboutForm(asking)
    forms.add(kind)

    async def about(interaction: discord.Interaction, message: discord.Message) -> None:
        await forms.open(interaction, kind.note(message))

    shown = app_commands.ContextMenu(name=NAME, callback=about)
    shown.allowed_contexts = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
    shown.allowed_installs = app_commands.AppInstallationType(guild=True, user=True)
    return shown

"""`Ask Parley about this`: a question about a message, asked from the menu of that message."""

from typing import Any

import discord
from discord import app_commands, ui

from bots.discord.answers import Answers
from bots.discord.asking import Asking
from bots.discord.forms import INPUT_LIMIT, OPEN_FOR_S

NAME = "Ask Parley about this"
QUESTION = "What would you like to know?"


def menu(asking: Asking, answers: Answers) -> app_commands.ContextMenu:
    async def about(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_modal(QuestionForm(asking, answers, message))

    shown = app_commands.ContextMenu(name=NAME, callback=about)
    shown.allowed_contexts = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
    shown.allowed_installs = app_commands.AppInstallationType(guild=True, user=True)
    return shown


class QuestionForm(ui.Modal):
    def __init__(self, asking: Asking, answers: Answers, message: discord.Message) -> None:
        super().__init__(title=NAME, timeout=OPEN_FOR_S)
        self._asking = asking
        self._answers = answers
        self._message = message
        self._question: ui.TextInput[Any] = ui.TextInput(style=discord.TextStyle.paragraph, max_length=INPUT_LIMIT)
        self.add_item(ui.Label(text=QUESTION, component=self._question))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        try:
            await self._asking.ask(interaction, self._question.value, about=self._message)
        except Exception as error:
            await self._answers.refuse(interaction, error)

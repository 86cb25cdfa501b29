"""`/forget` and `/retention`: what is kept of people, and for how long."""

import re
from typing import Any

import discord
from discord import app_commands, ui

from bots.discord import rest
from bots.discord.answers import Answers, say
from bots.discord.people import person_of
from core import texts
from core.privacy import Privacy, days_of

Command = app_commands.Command[Any, ..., None]
CUSTOM_ID = "forget:me"
TEMPLATE = re.compile(CUSTOM_ID)


def forget_command(answers: Answers) -> Command:
    @app_commands.command(name="forget", description="Have me forget you: what you said to me, and your name")
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @app_commands.allowed_installs(guilds=True, users=True)
    async def forget(interaction: discord.Interaction) -> None:
        async def question() -> tuple[str, ui.View]:
            view = ui.View(timeout=None).add_item(_button())
            # The library keeps nothing of a stopped view; the button is heard by its id.
            view.stop()
            return texts.FORGET_QUESTION, view

        await answers.show(interaction, question)

    return forget


def retention_command(privacy: Privacy, answers: Answers) -> Command:
    @app_commands.command(name="retention", description="After how many days what was said to me is deleted")
    @app_commands.describe(days="A number of days, or off; without it you are told")
    @app_commands.default_permissions(manage_guild=True)
    async def retention(interaction: discord.Interaction, days: str = "") -> None:
        async def deed() -> str:
            by = person_of(interaction)
            return await privacy.set_retention(by, days_of(days)) if days.strip() else await privacy.retention(by)

        await answers.give(interaction, deed)

    return retention


def forget_button(privacy: Privacy, answers: Answers) -> type[Any]:
    """The class that hears of every press; only the person who asked sees the button."""

    class ForgetButton(ui.DynamicItem[ui.Button[Any]], template=TEMPLATE):
        def __init__(self) -> None:
            super().__init__(_button())

        @classmethod
        async def from_custom_id(
            cls, _interaction: discord.Interaction, _item: ui.Item[Any], _match: re.Match[str], /
        ) -> "ForgetButton":
            return cls()

        async def callback(self, interaction: discord.Interaction) -> None:
            try:
                with answers.errands.under_way():
                    await rest.call(interaction.response.defer(ephemeral=True, thinking=True))
                    await say(interaction, texts.forgotten(str(await privacy.forget_me(person_of(interaction)))))
            except Exception as error:
                await answers.refuse(interaction, error)

    return ForgetButton


def _button() -> ui.Button[Any]:
    return ui.Button(label=texts.FORGET_ME, style=discord.ButtonStyle.danger, custom_id=CUSTOM_ID)

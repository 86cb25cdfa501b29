"""Every command of Parley on Discord, in one tree."""

from collections.abc import Iterable
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import AppCommandContext, AppInstallationType, Range

from bots.discord import asking_about
from bots.discord.answers import Answers, say
from bots.discord.asking import Asking
from bots.discord.persona_commands import OPTION_LIMIT, PersonaCommands
from bots.discord.places import Places
from bots.discord.pressing import reply_button
from bots.discord.prompt_commands import PromptCommands
from core.control import Control
from core.personas import Personas

HELP = """\
Mention me to ask something, or use `/ask`. Reply to my answers to go on; in threads and direct messages you need not \
mention me again.
• `/ask`: a question with a file, or with an answer that you alone see; in the menu of a message: a question about it
• `/stop`, `/regenerate`: the answer that is being made here, or another version of the newest
• `/new`: begin a new conversation in this thread or direct message
• `/status`: whether everything is there that I need here; `/listen`: which messages of this channel I answer
• `/persona list`: the personas of this server; `/persona show`: what one is told
• `/persona create`, `/persona edit`, `/persona delete`: make, change and delete one
• `/persona assign`, `/persona clear`: let this channel speak with one, or without
• `/prompt show`, `/prompt set`, `/prompt clear`: what I always know or do on this server"""


class Commands(app_commands.CommandTree[discord.Client]):
    """Usable in servers and in direct messages with Parley; `/ask` and `/help` wherever people have installed it."""

    def __init__(self, client: discord.Client, answers: Answers) -> None:
        super().__init__(
            client,
            fallback_to_global=True,
            allowed_contexts=AppCommandContext(guild=True, dm_channel=True),
            allowed_installs=AppInstallationType(guild=True),
        )
        self._answers = answers

    def fill(
        self,
        asking: Asking,
        personas: Personas,
        places: Places,
        control: Control,
        more: Iterable[app_commands.Command[Any, ..., None]] = (),
    ) -> None:
        """Add every command, and the buttons that belong to them and to replies."""
        persona_commands = PersonaCommands(personas, places, self._answers)
        self.client.add_dynamic_items(persona_commands.edit_button, reply_button(control, self._answers))
        self.add_command(persona_commands)
        self.add_command(PromptCommands(personas, self._answers))
        for command in (_ask(asking), _help(), *more):
            self.add_command(command)
        self.add_command(asking_about.menu(asking, self._answers))

    async def on_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError, /) -> None:
        await self._answers.refuse(interaction, error)


def _ask(asking: Asking) -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name="ask", description="Ask Parley something")
    @app_commands.describe(
        question="What you would like to know",
        private="Whether you alone shall see the answer",
        file="A picture or a text to ask about",
    )
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @app_commands.allowed_installs(guilds=True, users=True)
    async def ask(
        interaction: discord.Interaction,
        question: Range[str, 1, OPTION_LIMIT],
        private: bool = False,
        file: discord.Attachment | None = None,
    ) -> None:
        await asking.ask(interaction, question, private=private, file=file)

    return ask


def _help() -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name="help", description="What Parley can do")
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @app_commands.allowed_installs(guilds=True, users=True)
    async def help_(interaction: discord.Interaction) -> None:
        await say(interaction, HELP)

    return help_

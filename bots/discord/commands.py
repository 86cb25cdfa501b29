"""Every command of Parley on Discord, in one tree."""

from collections.abc import Iterable
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import AppCommandContext, AppInstallationType, Range

from bots.discord import asking_about
from bots.discord.answers import Answers, say
from bots.discord.asking import Asking
from bots.discord.forms import Forms
from bots.discord.persona_options import OPTION_LIMIT

HELP = """\
Mention me to ask something, or use `/ask`. Reply to my answers to go on; in threads and direct messages you need not \
mention me again.
• `/ask`: a question with a file, or with an answer that you alone see; in the menu of a message: a question about it
• `/stop`, `/regenerate`: the answer that is being made here, or another version of the newest
• `/why`: what my newest answer here was made from; in the menu of an answer: what that one was
• `/new`: begin a new conversation in this thread or direct message
• `/status`: whether everything is there that I need here; `/listen`: which messages of this channel I answer
• `/persona list`, `/persona show`: the personas of this server, and what one is told
• `/persona assign`, `/persona clear`: let this channel speak with one, or without
• `/persona create`, `/persona edit`, `/persona delete`: make, change and delete one
• `/persona history`, `/persona restore`: who changed one, and the way back
• `/persona starters`: personas to begin with
• `/prompt show`, `/prompt set`, `/prompt clear`: what I always know or do on this server
• `/model show`, `/model set`: which model answers here
• `/timezone`, `/summaries`: which time zone it knows, and whether it is given summaries of what has no room
• `/schedule`: have something answered by itself, such as “every weekday 09:00”
• `/forget`: have me forget you
• `/usage`, `/cap`: what was used, and what may be spent
• `/access`, `/audit`, `/endpoint`: who may change all this, who did, and a model endpoint of this server's own
• `/use`, `/retention`: who may use me, and after how many days what was said is deleted"""


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

    def fill(self, asking: Asking, forms: Forms, more: Iterable[Any], buttons: Iterable[type[Any]]) -> None:
        """Add every command, and the buttons that belong to them and to replies."""
        self.client.add_dynamic_items(*buttons)
        for command in (_ask(asking), _help(), asking_about.menu(asking, forms), *more):
            self.add_command(command)

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

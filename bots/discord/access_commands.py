"""`/access …`, `/timezone`, `/summaries` and `/audit`: who may change what, and who did.

These are hidden from all but those who may Manage Server, as whoever manages a server can change for everybody; it is
checked again when they are used.
"""

from typing import Any, Literal

import discord
from discord import app_commands

from bots.discord import histories, markup
from bots.discord.answers import Answers
from bots.discord.choices import Offers
from bots.discord.people import person_of
from bots.discord.places import workspace_of
from core.rights import PERSON, ROLE
from core.workspace import WorkspaceSettings

Command = app_commands.Command[Any, ..., None]
NOBODY_NAMED = "Nobody was named: people with Manage Server change the prompt and the personas."
Named = discord.Member | discord.Role


class AccessCommands(app_commands.Group):
    def __init__(self, workspace: WorkspaceSettings, answers: Answers) -> None:
        super().__init__(
            name="access",
            description="Who may change the prompt and the personas of this server",
            guild_only=True,
            default_permissions=discord.Permissions(manage_guild=True),
        )
        self._workspace = workspace
        self._answers = answers

    @app_commands.command(description="Who was named, and what those who manage channels may")
    async def show(self, interaction: discord.Interaction) -> None:
        async def deed() -> str:
            await self._workspace.rights.may_change_workspace(person_of(interaction))
            configuration = await self._workspace.configuration(workspace_of(interaction))
            named = [f"• {one.name or one.id} ({one.kind})" for one in configuration.managers]
            may = "may" if configuration.channel_managers else "may not"
            channels = f"People who manage a channel {may} choose its persona and its model."
            return "\n".join([*(named or [NOBODY_NAMED]), channels])

        await self._answers.give(interaction, deed)

    @app_commands.command(description="Let a person or a role change the prompt and the personas")
    @app_commands.describe(who="A member or a role")
    async def add(self, interaction: discord.Interaction, who: Named) -> None:
        kind, id_, name = named(who)
        await self._answers.give(
            interaction, lambda: self._workspace.add_manager(person_of(interaction), kind, id_, name)
        )

    @app_commands.command(description="Let a person or a role no longer change them")
    @app_commands.describe(who="A member or a role")
    async def remove(self, interaction: discord.Interaction, who: Named) -> None:
        kind, id_, _ = named(who)
        await self._answers.give(interaction, lambda: self._workspace.remove_manager(person_of(interaction), kind, id_))

    @app_commands.command(description="Whether people who manage a channel choose its persona and its model")
    @app_commands.describe(may="Whether they may")
    async def channels(self, interaction: discord.Interaction, may: Literal["yes", "no"]) -> None:
        await self._answers.give(
            interaction, lambda: self._workspace.set_channel_managers(person_of(interaction), on=may == "yes")
        )


def named(who: Named) -> tuple[str, str, str]:
    """How core names a member or a role: kind, id and name."""
    kind = ROLE if isinstance(who, discord.Role) else PERSON
    return kind, str(who.id), markup.one_line(who.name if isinstance(who, discord.Role) else who.display_name)


def timezone_command(workspace: WorkspaceSettings, offers: Offers, answers: Answers) -> Command:
    @app_commands.command(name="timezone", description="The time zone of the dates and times that I know")
    @app_commands.describe(zone="Such as Europe/Brussels; without one you are told which it is")
    @app_commands.autocomplete(zone=offers.timezones)
    async def timezone(interaction: discord.Interaction, zone: str | None = None) -> None:
        async def deed() -> str:
            if zone is None:
                return f"The time zone is {(await workspace.configuration(workspace_of(interaction))).timezone}."
            return await workspace.set_timezone(person_of(interaction), zone)

        await answers.give(interaction, deed)

    return timezone


def summaries_command(workspace: WorkspaceSettings, answers: Answers) -> Command:
    @app_commands.command(name="summaries", description="Whether a summary stands for older messages without room")
    @app_commands.describe(choice="On, off, or as I am set up; without one you are told which it is")
    async def summaries(
        interaction: discord.Interaction, choice: Literal["on", "off", "default"] | None = None
    ) -> None:
        async def deed() -> str:
            if choice is None:
                return await workspace.summaries(workspace_of(interaction))
            return await workspace.set_summaries(person_of(interaction), choice)

        await answers.give(interaction, deed)

    return summaries


def audit_command(workspace: WorkspaceSettings, answers: Answers) -> Command:
    @app_commands.command(name="audit", description="Who changed what on this server")
    @app_commands.describe(about="Only what concerns this persona or channel", before="Only changes before this number")
    @app_commands.default_permissions(manage_guild=True)
    async def audit(interaction: discord.Interaction, about: str = "", before: int | None = None) -> None:
        async def deed() -> str:
            changes = await workspace.audit(person_of(interaction), subject=about, before_id=before, most=20)
            return histories.lines(changes)

        await answers.give(interaction, deed)

    return audit

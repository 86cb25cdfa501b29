"""Who did something on Discord, with what they may, as the interaction itself says at that moment."""

import discord

from bots.discord import markup
from bots.discord.places import place_of, workspace_of
from bots.discord.rights import manages_workspace
from core.people import Person
from storage.words import Platform


def person_of(interaction: discord.Interaction) -> Person:
    """Who used a command, button or form: moderators may stop every reply, and manage neither server nor channel."""
    granted, own = interaction.permissions, workspace_of(interaction).id.startswith("dm:")
    manages_it = own or manages_workspace(interaction)
    here = place_of(interaction).channel_id

    async def manages() -> bool:
        return manages_it

    async def manages_channel(channel_id: str) -> bool:
        return manages_it or (granted.manage_channels and channel_id == here)

    async def moderates() -> bool:
        return manages_it or granted.manage_messages

    return Person(
        platform=Platform.DISCORD,
        workspace_id=workspace_of(interaction).id,
        id=str(interaction.user.id),
        name=markup.one_line(interaction.user.display_name),
        roles=roles_of(interaction.user),
        manages=manages,
        manages_channel=manages_channel,
        moderates=moderates,
    )


def roles_of(user: discord.User | discord.Member) -> tuple[str, ...]:
    """The roles of a member but for that of everybody, by id."""
    if not isinstance(user, discord.Member):
        return ()
    return tuple(str(role.id) for role in user.roles if not role.is_default())

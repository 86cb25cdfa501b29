"""Who may change what on Discord, as the interaction itself says at the moment that it is used.

What a command needs by default only hides it (docs: interactions/application-commands, "Permissions"): servers may
show it to others. So rights are checked whenever something is done.
"""

import discord

from core import texts
from core.personas import PersonaError


def must_manage_workspace(interaction: discord.Interaction) -> None:
    """Raises PersonaError unless the person may Manage Server; direct messages are their own."""
    if not manages_workspace(interaction):
        raise PersonaError(texts.NOT_ALLOWED)


def must_manage_channel(interaction: discord.Interaction) -> None:
    """Raises PersonaError unless the person may Manage Server, or Manage Channels here."""
    if not manages_workspace(interaction) and not interaction.permissions.manage_channels:
        raise PersonaError(texts.NOT_ALLOWED_CHANNEL)


def manages_workspace(interaction: discord.Interaction) -> bool:
    granted = interaction.permissions
    return interaction.guild_id is None or granted.administrator or granted.manage_guild


def parley_may_post(interaction: discord.Interaction) -> bool:
    """Whether Parley itself may write messages where the person is (docs: topics/threads, "Permissions")."""
    if interaction.guild_id is None:
        return True
    granted = interaction.app_permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    return granted.administrator or (
        granted.view_channel and (granted.send_messages_in_threads if in_thread else granted.send_messages)
    )

"""Who may change what on Discord, as the interaction itself says at the moment that it is used.

What a command needs by default only hides it (docs: interactions/application-commands, "Permissions"): servers may
show it to others. So rights are checked whenever something is done.
"""

import discord

from bots.discord.refusals import missing_in


def manages_workspace(interaction: discord.Interaction) -> bool:
    granted = interaction.permissions
    return interaction.guild_id is None or granted.administrator or granted.manage_guild


def parley_may_post(interaction: discord.Interaction) -> bool:
    """Whether Parley itself is a member where the person is, and may write messages there.

    docs: topics/threads, "Permissions"; resources/application, "Installation Context".
    """
    if interaction.guild_id is None:
        return not interaction.context.private_channel
    if not interaction.is_guild_integration():
        return False
    granted, channel = interaction.app_permissions, interaction.channel
    if isinstance(channel, discord.Thread) and channel.locked and not granted.manage_threads:
        return False
    return not missing_in(granted, in_thread=isinstance(channel, discord.Thread))

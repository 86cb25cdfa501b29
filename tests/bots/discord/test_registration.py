from typing import Any

import discord
from discord import app_commands

from bots.discord import registration


def wanted() -> list[dict[str, Any]]:
    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))

    @tree.command(name="ask", description="Ask")
    @app_commands.describe(question="What")
    async def ask(interaction: discord.Interaction, question: app_commands.Range[str, 1, 6_000]) -> None:
        await interaction.response.send_message(question)

    return [command.to_dict(tree) for command in tree.get_commands()]


def as_registered(commands: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What Discord gives back: with ids, and with what it adds itself."""
    added = {"id": "1", "application_id": "2", "version": "3", "default_permission": True, "name_localizations": None}
    return [{**command, **added} for command in commands]


def test_what_discord_adds_is_no_difference() -> None:
    commands = wanted()
    commands[0]["default_member_permissions"] = 32
    registered = as_registered(commands)
    registered[0]["default_member_permissions"] = "32"
    assert registration.by_name(registered) == registration.by_name(commands)


def test_another_description_limit_or_option_is_a_difference() -> None:
    commands = wanted()
    for path, value in (("description", "Asks"), ("default_member_permissions", "8"), ("options", [])):
        registered = as_registered(commands)
        registered[0][path] = value
        assert registration.by_name(registered) != registration.by_name(commands)


def test_a_command_more_or_less_is_a_difference() -> None:
    commands = wanted()
    assert registration.by_name([]) != registration.by_name(commands)
    extra = {"name": "old", "type": 1, "description": "Old"}
    assert registration.by_name([*as_registered(commands), extra]) != registration.by_name(commands)

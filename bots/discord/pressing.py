"""What happens when somebody presses a button below a reply."""

import re
from typing import Any

import discord
from discord import ui

from bots.discord import buttons, rest
from bots.discord.answers import Answers, say
from bots.discord.places import workspace_of
from core import texts
from core.control import Control, Person, Refused
from storage.words import Platform


def reply_button(control: Control, answers: Answers) -> type[Any]:
    """The class that hears of every press, also on messages of an earlier process."""

    class ReplyButton(ui.DynamicItem[ui.Button[Any]], template=buttons.TEMPLATE):
        def __init__(self, deed: str, reply_id: int) -> None:
            super().__init__(buttons.button(deed, reply_id))
            self._deed = deed
            self._reply_id = reply_id

        @classmethod
        async def from_custom_id(
            cls, interaction: discord.Interaction, item: ui.Item[Any], match: re.Match[str], /
        ) -> "ReplyButton":
            return cls(match["deed"], int(match["reply"]))

        async def callback(self, interaction: discord.Interaction) -> None:
            try:
                with answers.errands.under_way():
                    await rest.call(interaction.response.defer())
                    said = await _do(control, person_of(interaction), self._deed, self._reply_id)
                    if said:
                        await say(interaction, said)
            except Exception as error:
                await answers.refuse(interaction, error)

    return ReplyButton


async def _do(control: Control, person: Person, deed: str, reply_id: int) -> str:
    """Do what a button stands for; what the person is told, if anything."""
    try:
        match deed:
            case "stop":
                await control.stop(reply_id, person)
            case "again":
                await control.again(reply_id, person)
            case _:
                await control.rate(reply_id, person, 1 if deed == "good" else -1)
                return texts.THANKS
    except Refused as refusal:
        return str(refusal)
    return ""


def person_of(interaction: discord.Interaction) -> Person:
    """Who pressed, with the rights that they have there at this moment: moderators manage every reply."""
    granted = interaction.permissions

    async def manages() -> bool:
        return granted.administrator or granted.manage_guild or granted.manage_messages

    return Person(Platform.DISCORD, workspace_of(interaction).id, str(interaction.user.id), manages)

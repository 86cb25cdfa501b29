"""What happens when somebody presses a button below a reply, or below a question whether a tool may be called."""

import re
from typing import Any

import discord
import structlog
from discord import ui

from bots.discord import buttons, rest
from bots.discord.answers import Answers, say
from bots.discord.people import person_of
from bots.discord.tokens import Token
from core import texts
from core.control import Control, Over, Refused
from core.errors import PlatformTrouble
from core.surface import Controls
from core.tools.approvals import Approvals

log = structlog.get_logger()


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
                    said = await _do(control, interaction, self._deed, self._reply_id)
                    if said:
                        await say(interaction, said)
            except Exception as error:
                await answers.refuse(interaction, error)

    return ReplyButton


def call_button(approvals: Approvals, answers: Answers) -> type[Any]:
    """The class that hears whether a tool may be called, also on messages of an earlier process."""

    class CallButton(ui.DynamicItem[ui.Button[Any]], template=buttons.CALL):
        def __init__(self, deed: str, call: int) -> None:
            super().__init__(buttons.call_button(deed, call))
            self._allow = deed == "allow"
            self._call = call

        @classmethod
        async def from_custom_id(
            cls, interaction: discord.Interaction, item: ui.Item[Any], match: re.Match[str], /
        ) -> "CallButton":
            return cls(match["deed"], int(match["call"]))

        async def callback(self, interaction: discord.Interaction) -> None:
            try:
                with answers.errands.under_way():
                    await rest.call(interaction.response.defer())
                    try:
                        await approvals.decide(self._call, person_of(interaction), allow=self._allow)
                    except Refused as refusal:
                        await say(interaction, str(refusal))
            except Exception as error:
                await answers.refuse(interaction, error)

    return CallButton


async def _do(control: Control, interaction: discord.Interaction, deed: str, reply_id: int) -> str:
    """Do what a button stands for; what the person is told, if anything."""
    person, token = person_of(interaction), Token.of_press(interaction)
    try:
        match deed:
            case "stop":
                await control.stop(reply_id, person)
            case "again" | "anew":
                await control.again(reply_id, person, token.posts_in if token is not None else "")
            case _:
                await control.rate(reply_id, person, 1 if deed == "good" else -1)
                return texts.THANKS
    except Over as refusal:
        if token is not None:
            await _settle(interaction, reply_id)
        return str(refusal)
    except Refused as refusal:
        return str(refusal)
    return ""


async def _settle(interaction: discord.Interaction, reply_id: int) -> None:
    """Show that a reply has ended, where its own token ran out before that could be shown."""
    try:
        await rest.call(interaction.edit_original_response(view=buttons.view(reply_id, Controls.SETTLED)))
    except PlatformTrouble as trouble:
        log.info("reply.end_not_shown", reply=reply_id, code=trouble.code)

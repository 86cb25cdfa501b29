"""Every command, form and button by which people set up how Parley answers on their server."""

from typing import Any

import discord

from bots.discord.access_commands import AccessCommands, audit_command, summaries_command, timezone_command
from bots.discord.answers import Answers
from bots.discord.choices import Offers
from bots.discord.endpoint_commands import EndpointCommands, EndpointForm
from bots.discord.forms import Forms
from bots.discord.icons import Icons
from bots.discord.model_commands import ModelCommands
from bots.discord.opening import open_button
from bots.discord.persona_commands import PersonaCommands
from bots.discord.persona_forms import SettingsForm, TextsForm
from bots.discord.persona_options import PersonaWriting
from bots.discord.places import Places
from bots.discord.privacy_commands import forget_button, forget_command, retention_command
from bots.discord.prompt_commands import PromptCommands
from bots.discord.prompt_form import PromptForm
from bots.discord.schedule_commands import ScheduleCommands
from bots.discord.tool_commands import ToolCommands, ToolServerForm
from bots.discord.usage_commands import CapCommands, usage_command
from bots.discord.use_commands import UseCommands
from bots.parts import Parts


class Administration:
    def __init__(self, client: discord.Client, parts: Parts, places: Places, forms: Forms, answers: Answers) -> None:
        offered = parts.models.offered
        personas, workspace = parts.personas, parts.workspace
        offers = Offers(personas, workspace, offered)
        writing = PersonaWriting(personas, offers, forms, Icons(client), answers)
        for kind in (
            TextsForm(personas, answers),
            SettingsForm(personas, workspace, offered, answers),
            PromptForm(workspace, answers),
            EndpointForm(parts.own_endpoints, answers),
            ToolServerForm(parts.own_servers, answers),
        ):
            forms.add(kind)
        self.commands: list[Any] = [
            PersonaCommands(personas, places, offers, answers, writing.create(), writing.edit()),
            PromptCommands(workspace, offers, forms, answers),
            ModelCommands(parts, places, offers, answers),
            EndpointCommands(parts.own_endpoints, forms, answers),
            ToolCommands(parts.own_servers, forms, answers),
            ScheduleCommands(parts.schedules, places, answers),
            AccessCommands(workspace, answers),
            UseCommands(parts.access, answers),
            retention_command(parts.privacy, answers),
            forget_command(answers),
            timezone_command(workspace, offers, answers),
            summaries_command(workspace, answers),
            audit_command(workspace, answers),
            usage_command(parts.usage, answers),
            CapCommands(parts.caps, answers),
        ]
        self.buttons = [open_button(forms, answers), forms.again_button(), forget_button(parts.privacy, answers)]

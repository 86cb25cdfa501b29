"""`/model …`: which model answers on a server, in a channel, and which may be chosen."""

from typing import Literal

import discord
from discord import app_commands
from discord.app_commands import Range

from bots.discord.answers import Answers
from bots.discord.choices import Choices, Offers
from bots.discord.people import person_of
from bots.discord.places import Places, workspace_of
from bots.parts import Parts
from core.errors import ModelTrouble
from core.fields import MODEL_LIMIT
from core.people import WorkspaceRef
from core.personas import channel_name
from storage.incoming import Place

Model = Range[str, 1, MODEL_LIMIT]
Where = Literal["server", "channel"]
EVERY = "all"
KEY_LOST = "none, as the key of this server's own endpoint cannot be read: set it anew"


class ModelCommands(app_commands.Group):
    def __init__(self, parts: Parts, places: Places, offers: Offers, answers: Answers) -> None:
        super().__init__(name="model", description="Which model answers here")
        self._parts = parts
        self._workspace = parts.workspace
        self._places = places
        self._offers = offers
        self._answers = answers

    async def _models(self, interaction: discord.Interaction, current: str) -> Choices:
        return await self._offers.models(interaction, current)

    @app_commands.command(description="The models that answer here, and those that may be chosen")
    async def show(self, interaction: discord.Interaction) -> None:
        await self._answers.give(interaction, lambda: self._shown(interaction))

    @app_commands.command(name="set", description="Choose a model, for this server or for this channel")
    @app_commands.describe(model="The model", where="Where it answers; the server, if you leave this out")
    @app_commands.autocomplete(model=_models)
    async def set_(self, interaction: discord.Interaction, model: Model, where: Where = "server") -> None:
        await self._answers.give(interaction, lambda: self._set(interaction, model, where))

    @app_commands.command(description="Choose none, for this server or for this channel")
    @app_commands.describe(where="Where the model is chosen by others again; the server, if you leave this out")
    async def clear(self, interaction: discord.Interaction, where: Where = "server") -> None:
        await self._answers.give(interaction, lambda: self._set(interaction, "", where))

    @app_commands.command(description="Say which models may be chosen on this server")
    @app_commands.describe(models=f"Their names with commas, or “{EVERY}”")
    async def allow(self, interaction: discord.Interaction, models: Range[str, 1, 4_000]) -> None:
        named = () if models.strip().casefold() == EVERY else models.split(",")
        await self._answers.give(interaction, lambda: self._workspace.allow_models(person_of(interaction), named))

    async def _set(self, interaction: discord.Interaction, model: str, where: str) -> str:
        by = person_of(interaction)
        if where == "server":
            return await self._workspace.set_model(by, model)
        spot = await self._places.spot(interaction.channel, interaction.user.id)
        return await self._workspace.set_channel_model(by, spot.place, model)

    async def _shown(self, interaction: discord.Interaction) -> str:
        place = (await self._places.spot(interaction.channel, interaction.user.id)).place
        configuration = await self._workspace.configuration(workspace_of(interaction))
        persona = await self._parts.personas.of_channel(place)
        chosen = [
            (channel_name(place), await self._workspace.channel_model(place)),
            (f"The persona {persona.name!r}" if persona else "", persona.model if persona else ""),
            ("This server", configuration.model),
        ]
        lines = [f"Here `{await answering(self._parts, place)}` answers."]
        lines += [f"{who} has `{model}`." for who, model in chosen if model]
        offered = ", ".join(f"`{model}`" for model in self._parts.models.offered(configuration))
        return "\n".join([*lines, f"To choose from: {offered}."])


async def answering(parts: Parts, place: Place) -> str:
    """The model that answers in a channel, by name."""
    configuration = await parts.workspace.configuration(WorkspaceRef(place.platform, place.workspace_id))
    persona = await parts.personas.of_channel(place)
    channel = await parts.workspace.channel_model(place)
    try:
        return parts.models.choose(configuration, channel=channel, persona=persona.model if persona else "").ref
    except ModelTrouble:
        return KEY_LOST

"""`/endpoint …`: a server's own model endpoint and its key, which is kept encrypted and never shown again."""

from collections.abc import Mapping

import discord
from discord import app_commands

from bots.discord.answers import Answers
from bots.discord.forms import Forms
from bots.discord.people import person_of
from bots.discord.questions import Filled, Form, Question
from core.endpoints import EndpointKind
from core.own_endpoints import KEY_LIMIT, URL_LIMIT, OwnEndpoints
from storage.endpoints import OwnFields

ENDPOINT = "own-endpoint"
GUESSED = ("(told from its address)", "-")
NONE = "This server has no endpoint of its own."


class EndpointForm:
    name = ENDPOINT
    secrets = frozenset({"key"})

    def __init__(self, endpoints: OwnEndpoints, answers: Answers) -> None:
        self._endpoints = endpoints
        self._answers = answers

    async def form(self, interaction: discord.Interaction, about: str, values: Mapping[str, str] | None) -> Form:
        """Raises NotPossible before anything is typed; what is submitted is checked again."""
        own = await self._endpoints.to_change(person_of(interaction))
        if values is None:
            values = {"base_url": own.base_url, "model": own.model, "kind": own.kind.value} if own else {}
        hint = "Kept encrypted, never shown again" + ("; leave it empty to keep the one there is" if own else "")
        kinds = (GUESSED, *((kind.value, kind.value) for kind in EndpointKind))
        address = Question("base_url", "Address", values.get("base_url", ""), "Ends in /v1 as a rule", limit=URL_LIMIT)
        questions = (
            address,
            Question("key", "Key", hint=hint, required=False, limit=KEY_LIMIT),
            Question("model", "Model", values.get("model", ""), "As its provider spells it", limit=200),
            Question("kind", "Kind", values.get("kind") or "-", required=False, choices=kinds),
        )
        return Form(f"{ENDPOINT}:", "This server's own model endpoint", questions)

    async def submitted(self, interaction: discord.Interaction, about: str, given: Filled) -> None:
        values = given.values
        kind = "" if values.get("kind", "-") == "-" else values["kind"]
        fields = OwnFields(kind=kind, base_url=values["base_url"], model=values["model"], key=values["key"] or None)
        await self._answers.give(interaction, lambda: self._endpoints.set(person_of(interaction), fields))


class EndpointCommands(app_commands.Group):
    def __init__(self, endpoints: OwnEndpoints, forms: Forms, answers: Answers) -> None:
        super().__init__(
            name="endpoint",
            description="This server's own model endpoint",
            guild_only=True,
            default_permissions=discord.Permissions(manage_guild=True),
        )
        self._endpoints = endpoints
        self._forms = forms
        self._answers = answers

    @app_commands.command(description="What is set, but for the key")
    async def show(self, interaction: discord.Interaction) -> None:
        async def deed() -> str:
            own = await self._endpoints.shown(person_of(interaction))
            if own is None:
                return NONE
            key = "with a key" if own.has_key else "without a key"
            return f"`{own.model}` at <{own.base_url}> ({own.kind.value}, {key})"

        await self._answers.give(interaction, deed)

    @app_commands.command(name="set", description="Set its address, key and model in a form")
    async def set_(self, interaction: discord.Interaction) -> None:
        await self._forms.open(interaction, f"{ENDPOINT}:")

    @app_commands.command(description="Remove it with its key")
    async def remove(self, interaction: discord.Interaction) -> None:
        await self._answers.give(interaction, lambda: self._endpoints.remove(person_of(interaction)))

"""A persona as people read it, with the buttons that change it."""

import json

import discord
from discord import ui

from bots.discord import opening
from bots.discord.people import person_of
from bots.discord.persona_forms import SETTINGS, TEXTS
from bots.discord.places import workspace_of
from core.personas import Personas
from storage.tables import Persona


async def card(personas: Personas, interaction: discord.Interaction, name: str) -> tuple[str, ui.View]:
    """The text of a persona's card, and buttons for those who may change it. Raises NotPossible."""
    persona = await personas.find(workspace_of(interaction), name)
    view = ui.View(timeout=None)
    if await personas.rights.changes_workspace(person_of(interaction)):
        view.add_item(opening.button("Edit", f"{TEXTS}:{persona.name}"))
        view.add_item(opening.button("Settings", f"{SETTINGS}:{persona.name}"))
    view.stop()
    return text(persona), view


def text(persona: Persona) -> str:
    settings = {
        "Model": persona.model,
        "Temperature": "" if persona.temperature is None else f"{persona.temperature:g}",
        "Reasoning effort": persona.effort,
        "Tools": ", ".join(json.loads(persona.tools or "[]")),
        "Shown name": persona.display_name,
        "Picture": f"<{persona.icon}>" if persona.icon else "",
    }
    named = [f"{label}: {value}" for label, value in settings.items() if value]
    return "\n".join([f"{persona.name}:", *(["_" + " · ".join(named) + "_"] if named else []), persona.instruction])

"""The form of a persona: all that can be set of it, with its long text in several inputs, or in a file."""

from dataclasses import replace
from typing import Any, cast

from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import files, views
from bots.slack.command import Command
from bots.slack.files import Downloads
from bots.slack.views import Origin
from core.errors import LeftOut
from core.fields import EFFORTS, ICON_LIMIT, INSTRUCTION_LIMIT, NAME_LIMIT
from core.personas import Personas
from storage.personas import PersonaEdit, PersonaFields, fields_of
from storage.problems import NotPossible
from storage.tables import Persona

FORM = "persona_form"
EDIT = "persona_edit"
FILE = "file"
# A character has up to four bytes.
FILE_BYTES = 4 * INSTRUCTION_LIMIT


def form(origin: Origin, given: PersonaFields, offered: tuple[str, ...]) -> dict[str, Any]:
    """What is set so far, to be changed; a new persona has nothing but perhaps a name."""
    texts, joints = views.long_text("instruction", "How should it answer?", given.instruction, "You are … Answer …")
    temperature = "" if given.temperature is None else f"{given.temperature:g}"
    blocks = [
        views.text_input("name", "Name", given.name, "Pirate", NAME_LIMIT, optional=True),
        *texts,
        _file(),
        views.select("model", "Model", offered, given.model, "As in the channel and the workspace"),
        views.select("effort", "Reasoning effort", EFFORTS, given.effort, "The model's own"),
        _line("temperature", "Temperature", temperature, "0.7", 10),
        _line("tools", "Tools", ", ".join(given.tools), "", 1_000),
        _line("display_name", "Name to answer under", given.display_name, "Captain Parley", NAME_LIMIT),
        _line("icon", "Picture to answer under", given.icon, ":pirate_flag: or https://…", ICON_LIMIT),
    ]
    return views.form(FORM, "Persona", replace(origin, joints=joints).packed(), blocks)


def details(persona: Persona) -> str:
    """What is set beside the instruction, as people read it."""
    given = fields_of(persona)
    told = {
        "Model": given.model,
        "Temperature": "" if given.temperature is None else f"{given.temperature:g}",
        "Reasoning effort": given.effort,
        "Tools": ", ".join(given.tools),
        "Answers as": " ".join(part for part in (given.icon, given.display_name) if part),
    }
    lines = [f"{name}: {value}" for name, value in told.items() if value]
    return "\n\n" + "\n".join(lines) if lines else ""


def edit_button(name: str) -> dict[str, Any]:
    return {"type": "actions", "elements": [views.button(EDIT, "Edit", name)]}


class PersonaForm:
    """Saves what was submitted."""

    def __init__(self, personas: Personas, downloads: Downloads) -> None:
        self._personas = personas
        self._downloads = downloads

    async def save(self, command: Command, view: dict[str, Any], client: AsyncWebClient) -> str:
        """Raises NotPossible with every problem, and PlatformTrouble."""
        origin = Origin.unpacked(view["private_metadata"])
        entered = {name: views.entered(view, name) for name in ("name", "temperature", "tools", "display_name", "icon")}
        entered |= {name: views.chosen(view, name) for name in ("model", "effort")}
        entered["instruction"] = await self._file(view, client) or views.whole_text(view, "instruction")
        if origin.persona:
            return await self._personas.edit(command.by, origin.persona, cast(PersonaEdit, entered))
        return await self._personas.create(command.by, PersonaFields(**cast(Any, entered)))

    async def _file(self, view: dict[str, Any], client: AsyncWebClient) -> str:
        """The text of the file that was added, if one was."""
        given = view["state"]["values"].get(FILE, {}).get(FILE, {}).get("files") or []
        announced = files.announced({"files": given})
        if not announced:
            return ""
        try:
            content = await self._downloads.by(client)(announced[0], FILE_BYTES)
            return content.decode("utf-8-sig")
        except LeftOut as reason:
            raise NotPossible(f"I could not read the file: {reason}.", FILE) from None
        except UnicodeDecodeError:
            raise NotPossible("The file is not a text.", FILE) from None


def _line(block_id: str, label: str, value: str, placeholder: str, limit: int) -> dict[str, Any]:
    return views.text_input(block_id, label, value, placeholder, limit, optional=True)


def _file() -> dict[str, Any]:
    """docs.slack.dev/reference/block-kit/block-elements/file-input-element"""
    element = {"type": "file_input", "action_id": FILE, "filetypes": ["txt", "text", "markdown", "md"], "max_files": 1}
    label = {"type": "plain_text", "text": "Or how it should answer, from a text file"}
    return {"type": "input", "block_id": FILE, "label": label, "element": element, "optional": True}

"""`/parley …` on Slack: what is typed after the command, and what is done about it."""

import difflib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bots.slack import views
from bots.slack.rights import Rights
from bots.slack.views import Origin
from core import texts
from core.errors import PlatformTrouble
from core.personas import NO_PROMPT, PersonaError, Personas, WorkspaceRef, listing
from storage.incoming import Place
from storage.words import Listening, Platform

HELP = """\
Mention me in a channel to ask something; I answer in a thread, and there you need not mention me again.
• `/parley persona list`: the personas of this workspace
• `/parley persona show NAME`: what a persona is told
• `/parley persona create [NAME] [INSTRUCTION]`: make one (without an instruction a form opens)
• `/parley persona edit NAME [INSTRUCTION]`: change one
• `/parley persona assign NAME`: let this channel speak with it
• `/parley persona clear`: let this channel speak without one
• `/parley persona delete NAME`: delete one
• `/parley listen [mention|threads|every]`: what I answer to in this channel
• `/parley prompt [show]`, `/parley prompt set [TEXT]`, `/parley prompt clear`: the workspace's prompt
Put a name of several words in quotes."""
ASK_DIRECTLY = "Write to me here to ask something; in a channel, mention me."
ASK_IN_CHANNEL = HELP.partition("\n")[0]
ALSO = "To ask me something, mention me in a message, or use “Ask Parley about this” in a message's menu."
MOST_SHOWN = 100
QUOTED = re.compile(r"[\"“”]([^\"“”]*)[\"“”]\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    """One use of the command: who, where, and what was typed behind it."""

    workspace: WorkspaceRef
    user_id: str
    place: Place
    text: str

    @property
    def origin(self) -> Origin:
        return Origin(self.place.channel_id, self.place.channel_name)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person sees: a text with blocks below it, or a form."""

    text: str = ""
    blocks: tuple[dict[str, Any], ...] = ()
    form: dict[str, Any] | None = None


class Commands:
    def __init__(self, personas: Personas, rights: Rights) -> None:
        self._personas = personas
        self._rights = rights
        self._verbs: dict[tuple[str, str], Callable[[Command, str], Awaitable[Answer]]] = {
            ("persona", "list"): self._list,
            ("persona", "show"): self._show,
            ("persona", "create"): self._create,
            ("persona", "edit"): self._edit,
            ("persona", "assign"): self._assign,
            ("persona", "clear"): self._clear,
            ("persona", "delete"): self._delete,
            ("listen", "show"): self._listening,
            **{("listen", each.value): self._listen for each in Listening},
            ("prompt", "show"): self._show_prompt,
            ("prompt", "set"): self._set_prompt,
            ("prompt", "clear"): self._clear_prompt,
        }

    async def run(self, command: Command) -> Answer:
        """Do what was typed; every refusal is an answer, too."""
        noun, _, rest = command.text.strip().partition(" ")
        verb, _, rest = rest.strip().partition(" ")
        default = {"persona": "list", "prompt": "show", "listen": "show"}.get(noun.lower(), "")
        deed = self._verbs.get((noun.lower(), verb.lower() or default))
        if deed is None:
            return Answer(self._guidance(command))
        try:
            return await deed(command, rest.strip())
        except PersonaError as error:
            return Answer(str(error))
        except PlatformTrouble:
            return Answer(texts.RIGHTS_UNKNOWN)

    def _guidance(self, command: Command) -> str:
        """The help, and for what nobody knows what may have been meant."""
        typed = command.text.strip()
        direct = command.place.channel_id.startswith("D")
        guide = HELP.replace(ASK_IN_CHANNEL, ASK_DIRECTLY) if direct else HELP
        if typed.lower() in ("", "help"):
            return guide
        shown = typed if len(typed) <= MOST_SHOWN else f"{typed[:MOST_SHOWN]}…"
        known = [" ".join(words) for words in self._verbs]
        like = difflib.get_close_matches(" ".join(typed.lower().split()[:2]), known, 1)
        hint = f"Did you mean `/parley {like[0]}`?" if like else ALSO
        return f"I don't know `{shown.replace('`', '')}`. {hint}\n{guide}"

    async def save_persona(self, command: Command, origin: Origin, name: str, instruction: str) -> str:
        """What a submitted form asks for. Raises PersonaError (also when it is not allowed) or PlatformTrouble."""
        await self._must_manage_workspace(command)
        if origin.persona:
            return await self._personas.edit(command.workspace, origin.persona, instruction)
        return await self._personas.create(command.workspace, name, instruction)

    async def save_prompt(self, command: Command, prompt: str) -> str:
        """As `save_persona`, for the workspace's prompt."""
        await self._must_manage_workspace(command)
        return await self._personas.set_prompt(command.workspace, prompt)

    async def _list(self, command: Command, _rest: str) -> Answer:
        return Answer(listing(await self._personas.listed(command.workspace)))

    async def _show(self, command: Command, rest: str) -> Answer:
        persona = await self._personas.find(command.workspace, first_name(rest)[0])
        return Answer(f"{persona.name}:\n{persona.instruction}", (views.edit_button(persona.name),))

    async def _create(self, command: Command, rest: str) -> Answer:
        await self._must_manage_workspace(command)
        name, instruction = first_name(rest)
        if not instruction:
            return Answer(form=views.persona_form(command.origin, name))
        return Answer(await self._personas.create(command.workspace, name, instruction))

    async def _edit(self, command: Command, rest: str) -> Answer:
        await self._must_manage_workspace(command)
        name, instruction = first_name(rest)
        if instruction:
            return Answer(await self._personas.edit(command.workspace, name, instruction))
        persona = await self._personas.find(command.workspace, name)
        origin = Origin(command.place.channel_id, command.place.channel_name, persona.name)
        return Answer(form=views.persona_form(origin, persona.name, persona.instruction))

    async def _assign(self, command: Command, rest: str) -> Answer:
        await self._must_manage_channel(command)
        return Answer(await self._personas.assign(command.place, rest.strip('"“” ')))

    async def _clear(self, command: Command, _rest: str) -> Answer:
        await self._must_manage_channel(command)
        return Answer(await self._personas.clear(command.place))

    async def _delete(self, command: Command, rest: str) -> Answer:
        await self._must_manage_workspace(command)
        return Answer(await self._personas.delete(command.workspace, rest.strip('"“” ')))

    async def _listening(self, command: Command, _rest: str) -> Answer:
        return Answer(await self._personas.listening(command.place))

    async def _listen(self, command: Command, _rest: str) -> Answer:
        await self._must_manage_channel(command)
        wanted = Listening(command.text.split()[1].lower())
        return Answer(await self._personas.listen(command.place, wanted))

    async def _show_prompt(self, command: Command, _rest: str) -> Answer:
        return Answer(await self._personas.prompt(command.workspace) or NO_PROMPT)

    async def _set_prompt(self, command: Command, rest: str) -> Answer:
        await self._must_manage_workspace(command)
        if rest:
            return Answer(await self._personas.set_prompt(command.workspace, rest))
        prompt = await self._personas.prompt(command.workspace)
        return Answer(form=views.prompt_form(command.origin, prompt))

    async def _clear_prompt(self, command: Command, _rest: str) -> Answer:
        await self._must_manage_workspace(command)
        return Answer(await self._personas.clear_prompt(command.workspace))

    async def _must_manage_workspace(self, command: Command) -> None:
        if not await self._rights.manages_workspace(command.place.workspace_id, command.user_id):
            raise PersonaError(texts.NOT_ALLOWED)

    async def _must_manage_channel(self, command: Command) -> None:
        if not await self._rights.manages_channel(
            command.place.workspace_id, command.user_id, command.place.channel_id
        ):
            raise PersonaError(texts.NOT_ALLOWED_CHANNEL)


def first_name(text: str) -> tuple[str, str]:
    """A name, in quotes when it has several words, and what follows it."""
    if found := QUOTED.match(text.strip()):
        return found[1].strip(), found[2].strip()
    name, _, rest = text.strip().partition(" ")
    return name, rest.strip()


def command_of(body: dict[str, Any], text: str, channel_id: str, channel_name: str) -> Command:
    """The command of an interaction's payload; its workspace is where the person is, never what the payload quotes."""
    team_id = str((body.get("team") or {}).get("id") or body.get("team_id") or "")
    user_id = str((body.get("user") or {}).get("id") or body.get("user_id") or "")
    name = "" if channel_name in ("directmessage", "privategroup") else channel_name
    place = Place(platform=Platform.SLACK, workspace_id=team_id, channel_id=channel_id, channel_name=name)
    return Command(WorkspaceRef(Platform.SLACK, team_id), user_id, place, text)

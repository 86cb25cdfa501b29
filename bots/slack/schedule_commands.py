"""`/parley schedule …`: what is answered again and again, without anybody asking for it each time."""

import re
from dataclasses import replace
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import passages, views
from bots.slack.command import Answer, Command, Noun, first_name
from bots.slack.views import Origin
from core.phrases import EXAMPLES, LIMIT
from core.schedules import Schedules, listing
from storage.incoming import Place
from storage.problems import NotPossible

FORM = "schedule_form"
HELP = (
    "`/parley schedule [list]`: what I answer by myself, and when",
    '`/parley schedule add ["WHEN" [#CHANNEL] PROMPT]`: what I shall answer by myself (without a prompt, in a form)',
    "`/parley schedule preview WHEN`: when that would be",
    "`/parley schedule pause|resume|run-now|remove NUMBER`: let one rest, go on, run at once, or end",
)
IN_QUOTES = 'Put the time in quotes: `/parley schedule add "every weekday 09:00" What is new?`'
WHICH = "Say which: `/parley schedule {} NUMBER`, as `/parley schedule list` numbers them."
CHANNEL = re.compile(r"(?:#(?P<name>[^\s#]+)|<#(?P<id>[A-Z0-9]+)(?:\|[^>]*)?>)\s+(?P<rest>.*)", re.DOTALL)
QUOTES = ('"', "“", "”")


class ScheduleCommands:
    def __init__(self, schedules: Schedules) -> None:
        self._schedules = schedules

    @property
    def noun(self) -> Noun:
        deeds = {
            "list": self._list,
            "add": self._add,
            "preview": self._preview,
            "pause": self._pause,
            "resume": self._resume,
            "run-now": self._run_now,
            "remove": self._remove,
        }
        return Noun("schedule", deeds, "list", HELP)

    async def _list(self, command: Command, _rest: str) -> Answer:
        return Answer(listing(await self._schedules.listed(command.by, command.place)))

    async def _add(self, command: Command, rest: str) -> Answer:
        if rest and not rest.startswith(QUOTES):
            raise NotPossible(IN_QUOTES)
        when, prompt = first_name(rest)
        if not prompt:
            return Answer(form=form(command.origin, when))
        place, prompt = await self._where(command, prompt)
        return Answer(await self._schedules.add(command.by, place, when, prompt))

    async def _preview(self, command: Command, rest: str) -> Answer:
        return Answer(f"{await self._schedules.preview(command.workspace, rest.strip(''.join(QUOTES)))}.")

    async def _pause(self, command: Command, rest: str) -> Answer:
        return Answer(await self._schedules.pause(command.by, number("pause", rest)))

    async def _resume(self, command: Command, rest: str) -> Answer:
        return Answer(await self._schedules.resume(command.by, number("resume", rest)))

    async def _run_now(self, command: Command, rest: str) -> Answer:
        return Answer(await self._schedules.run_now(command.by, number("run-now", rest)))

    async def _remove(self, command: Command, rest: str) -> Answer:
        return Answer(await self._schedules.remove(command.by, number("remove", rest)))

    async def _where(self, command: Command, prompt: str) -> tuple[Place, str]:
        """The channel that is named before the prompt, or else the one where the command was used."""
        found = CHANNEL.fullmatch(prompt)
        if found is None:
            return command.place, prompt
        if found["id"]:
            return replace(command.place, channel_id=found["id"], channel_name=""), found["rest"]
        return await self._schedules.place_named(command.workspace, found["name"]), found["rest"]


class ScheduleForm:
    def __init__(self, schedules: Schedules) -> None:
        self._schedules = schedules

    async def save(self, command: Command, view: dict[str, Any], client: AsyncWebClient) -> str:
        """Raises NotPossible and PlatformTrouble."""
        when, prompt = views.entered(view, "when"), views.entered(view, "prompt")
        return await self._schedules.add(command.by, command.place, when, prompt)


def form(origin: Origin, when: str = "") -> dict[str, Any]:
    blocks = [
        views.text_input("when", "When", when[:LIMIT], "every weekday 09:00", LIMIT),
        views.text_input(
            "prompt", "What I should answer then", "", "What is new?", passages.INPUT_LIMIT, multiline=True
        ),
        {"type": "context", "elements": [{"type": "plain_text", "text": f"Such as {EXAMPLES}."}]},
    ]
    return views.form(FORM, "Schedule", origin.packed(), blocks)


def number(verb: str, rest: str) -> int:
    """The number of a schedule. Raises NotPossible."""
    text = rest.strip().lstrip("#")
    if not text.isdecimal() or len(text) > 9:
        raise NotPossible(WHICH.format(verb))
    return int(text)

"""Asks a persona once, and writes the answer to the terminal while it comes."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import click

from bots.commands import shown, words
from bots.commands.failures import Misconfigured, Refused
from bots.commands.heard import Heard, ending, plain, summary
from bots.commands.workspace import Desk, desk
from core import chat, fields, logs, settings, texts, trial
from core.asking import Asking
from core.calls import Call
from core.endpoints import Model
from core.errors import ModelTrouble
from core.people import WorkspaceRef
from core.prompt import joined
from core.settings import Settings
from core.stream import Finish
from core.tools import servers, unkept
from core.tools.connections import Connections
from core.tools.rounds import Limits
from core.tools.servers import Server
from core.tools.unkept import Unkept
from core.trial import Scene, Trial
from storage.configurations import Voice
from storage.tool_turns import CallTurn

LINE = 200
# What a terminal would act upon in place of showing it.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for on the command line."""

    persona: str
    text: str
    path: str | None
    model: str | None
    temperature: float | None
    effort: str | None
    asker: str
    prompt: bool
    channel: str | None
    workspace: WorkspaceRef | None
    as_json: bool

    def voice(self, kept: Voice) -> Voice:
        """The persona with what is to be tried in its place."""
        return replace(
            kept,
            temperature=kept.temperature if self.temperature is None else self.temperature,
            effort=kept.effort if self.effort is None else fields.effort(self.effort),
        )


def ask(arguments: tuple[str, ...], path: str | None, **options: Any) -> None:
    """Do what the command line says. Raises Refused, UsageError, NotPossible."""
    persona, text = _persona_and_text(arguments, path, options["prompt"])
    asyncio.run(_try(Wanted(persona=persona, text=text, path=path, **options)))


def _persona_and_text(arguments: tuple[str, ...], path: str | None, prompt: bool) -> tuple[str, str]:
    most = 1 if path is not None else 2
    least = most - 1 if prompt else most
    if not least <= len(arguments) <= most:
        expected = "TEXT alone, as --file gives the persona" if path is not None else "PERSONA and TEXT"
        raise click.UsageError(f"Give {expected}.")
    persona = Path(path).stem if path is not None else arguments[0]
    text = arguments[-1] if len(arguments) == most else ""
    return persona, words.given(text, None) if text else ""


async def _try(wanted: Wanted) -> None:
    async with _scene(wanted) as (loaded, scene, persona, known):
        one = Trial(
            scene=scene,
            persona=persona,
            asker=wanted.asker,
            question=wanted.text,
            asked_at=datetime.now(UTC),
            house_rules=loaded.house_rules,
        )
        if wanted.prompt:
            _print_prompt(one, wanted.as_json)
            return
        asking, connections = Asking(loaded), Connections()
        try:
            toolbox = await unkept.toolbox(one.voice, loaded, known, connections)
            rounds = Unkept(toolbox, one.tools_asker, Limits(loaded.tool_rounds, loaded.tool_s))
            heard = await _until_stopped(asking, one, rounds, wanted)
        finally:
            await connections.close()
            await asking.close()
    _report(one, heard, wanted.as_json)


@asynccontextmanager
async def _scene(wanted: Wanted) -> AsyncIterator[tuple[Settings, Scene, int, Mapping[str, Server]]]:
    """Where, with which persona and which servers of tools: of a workspace, or for a file without one of none."""
    if wanted.path is not None and wanted.workspace is None and not settings.load().workspace:
        loaded = settings.load()
        logs.set_up(loaded)
        scene = Scene(configuration=trial.nowhere())
        listed = servers.read(Path(loaded.mcp)) if loaded.mcp else {}
        yield loaded, *_with_persona(wanted, scene), {n: one for n, one in listed.items() if not one.workspaces}
        return
    async with desk(wanted.workspace) as found:
        scene = await _in_workspace(found, wanted.channel)
        named = f"{found.workspace.platform}:{found.workspace.id}"
        known = found.tools.servers_of(scene.configuration, named)
        yield found.settings, *_with_persona(wanted, scene), known


async def _in_workspace(found: Desk, channel: str | None) -> Scene:
    configuration = await found.of_workspace.configuration(found.workspace)
    scene = Scene(configuration=configuration, workspace_id=found.workspace.id, workspace_name=found.workspace_name)
    if channel is None:
        return scene
    place = await found.place(channel)
    return replace(
        scene,
        channel_id=place.channel_id,
        channel_name=place.channel_name,
        channel_topic=place.channel_topic or "",
        channel_model=await found.of_workspace.channel_model(place),
    )


def _with_persona(wanted: Wanted, scene: Scene) -> tuple[Scene, int]:
    configuration, persona = scene.configuration, trial.UNKEPT
    if wanted.path is not None:
        configuration = trial.with_draft(configuration, wanted.persona, words.given(None, wanted.path))
    else:
        persona = trial.named(configuration, wanted.persona)
    return replace(scene, configuration=trial.changed(configuration, persona, wanted.voice)), persona


async def _until_stopped(asking: Asking, one: Trial, rounds: Unkept, wanted: Wanted) -> Heard:
    """Hear the answer to its end, or to where Ctrl-C ends it. Raises Refused when the model fails."""
    heard = Heard()
    hearing = asyncio.create_task(_hear(asking, one, rounds, wanted, heard))
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, hearing.cancel)
    try:
        await asyncio.wait({hearing})
    finally:
        loop.remove_signal_handler(signal.SIGINT)
    if heard.texts and not wanted.as_json:
        click.echo()
    heard.stopped = hearing.cancelled()
    if not heard.stopped:
        hearing.result()
    return heard


async def _hear(asking: Asking, one: Trial, rounds: Unkept, wanted: Wanted, heard: Heard) -> None:
    began, model = monotonic(), _model(asking, one, wanted)
    try:
        while True:
            begun = len(heard.texts)
            await _hear_once(asking, one, rounds, wanted, heard, heard.model or model, began)
            calls = heard.finish.calls
            if not calls or rounds.over:
                return
            said, thoughts = "".join(heard.texts[begun:]), "".join(heard.finish.thoughts)
            heard.spent.append(heard.finish)
            heard.finish = Finish()
            if said.strip():
                _say(chat.PARAGRAPH, wanted, heard)
            for turn in await rounds.run(said, calls, thoughts):
                _tell(turn, rounds.shown_name(turn), wanted, heard)
    except ModelTrouble as trouble:
        raise Refused(f"{texts.MODEL_TROUBLE.get(trouble.fault, texts.UNREACHABLE)} ({trouble.code})") from trouble
    finally:
        heard.seconds = monotonic() - began


async def _hear_once(
    asking: Asking, one: Trial, rounds: Unkept, wanted: Wanted, heard: Heard, model: Model, began: float
) -> None:
    def prepare(model: Model) -> Call:
        heard.model = model
        return one.call(model, rounds)

    goes_on = bool(heard.text.strip())
    async with asking.answer(model, prepare, heard.finish, goes_on=goes_on) as answer:
        async for text in answer:
            if heard.first_text_s is None:
                heard.first_text_s = monotonic() - began
            _say(text, wanted, heard)


def _say(text: str, wanted: Wanted, heard: Heard) -> None:
    heard.texts.append(text)
    if not wanted.as_json:
        click.echo(CONTROLS.sub("", text), nl=False)


def _tell(turn: CallTurn, name: str, wanted: Wanted, heard: Heard) -> None:
    """What a tool was asked, and what came of it: a line on standard error."""
    heard.called.append({"name": name, "arguments": turn.arguments, "state": turn.state.value, "result": turn.result})
    if not wanted.as_json:
        line = " ".join(f"{name} {turn.arguments} → {turn.result}".split())
        click.echo(CONTROLS.sub("", line if len(line) <= LINE else f"{line[:LINE]}…"), err=True)


def _model(asking: Asking, one: Trial, wanted: Wanted) -> Model:
    """The model that would answer, or the one to try: whoever runs Parley may try each that there is."""
    configuration = one.scene.configuration
    if wanted.model is not None:
        anything = replace(configuration, models=())
        return asking.models.resolve(asking.models.check(wanted.model, anything), anything)
    model = asking.models.choose(configuration, channel=one.scene.channel_model, persona=one.voice.model)
    if not model.name:
        raise Misconfigured("OPENAI_MODEL is missing: name the model that answers, as its provider spells it.")
    return model


def _print_prompt(one: Trial, as_json: bool) -> None:
    click.echo(shown.as_json(_layers(one)) if as_json else joined(one.layers))


def _layers(one: Trial) -> list[dict[str, str]]:
    return [{"source": layer.source.value, "text": layer.text} for layer in one.layers]


def _report(one: Trial, heard: Heard, as_json: bool) -> None:
    if as_json:
        click.echo(shown.as_json({"persona": one.voice.name, **plain(heard), "prompt": _layers(one)}))
        return
    for line in filter(None, (ending(heard), summary(heard))):
        click.echo(line, err=True)

"""One turn with a persona outside any platform: made as a reply is, shown nowhere and never kept."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from core import fields, history, prompt
from core.calls import Call, beside
from core.endpoints import Model
from core.prompt import Layer
from core.tools.registry import asker_of
from core.tools.tool import Asker
from core.tools.unkept import Unkept
from storage.claims import Turn, Work
from storage.configurations import Configuration, Voice
from storage.problems import NotPossible
from storage.words import AuthorKind, Platform, Role

UNKEPT = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where the turn would be, as far as the model is told."""

    configuration: Configuration
    workspace_id: str = ""
    workspace_name: str = ""
    channel_id: str = ""
    channel_name: str = ""
    channel_topic: str = ""
    channel_model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A persona, who asks it, and what."""

    scene: Scene
    persona: int
    asker: str
    question: str
    asked_at: datetime
    house_rules: str = ""

    @property
    def voice(self) -> Voice:
        return self.scene.configuration.personas[self.persona]

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The system prompt, as a reply would have it."""
        return prompt.layers(self._work, self.scene.configuration, self.house_rules)

    def call(self, model: Model, rounds: Unkept) -> Call:
        """What this model is asked, after what it had done by tools."""
        called, tools = rounds.messages, rounds.toolbox.definitions(model.prompt_tokens // 3, model.count)
        besides = beside(called, tools, model.count)
        budget = model.prompt_tokens - besides
        request = history.request(self._work, self.layers, budget, sees=model.sees, count=model.count)
        return Call(
            model=model,
            messages=[*request.messages, *called],
            tools=tools,
            must_answer=rounds.over,
            tokens=request.tokens + besides,
            temperature=self.voice.temperature,
            effort=self.voice.effort,
        )

    @property
    def tools_asker(self) -> Asker:
        """For whom tools run here."""
        return asker_of(self._work, self.scene.configuration)

    @property
    def _work(self) -> Work:
        scene, voice = self.scene, self.voice
        asked = Turn(Role.USER, AuthorKind.PERSON, "", self.asker, self.question)
        return Work(
            reply_id=UNKEPT,
            epoch=1,
            version=1,
            thread_id=UNKEPT,
            platform=scene.configuration.platform,
            workspace_row=scene.configuration.workspace_row,
            workspace_id=scene.workspace_id,
            workspace_name=scene.workspace_name,
            workspace_revision=scene.configuration.revision,
            channel_row=UNKEPT,
            channel_id=scene.channel_id,
            channel_name=scene.channel_name,
            channel_topic=scene.channel_topic,
            channel_model=scene.channel_model,
            persona_id=self.persona,
            persona_name=voice.name,
            persona_display_name=voice.display_name,
            persona_icon=voice.icon,
            thread_key="",
            posts_in="",
            trigger_id="",
            asker_id="",
            asked_at=self.asked_at,
            seen_position=0,
            turns=(asked,),
        )


def nowhere() -> Configuration:
    """The configuration of no workspace."""
    return Configuration(workspace_row=UNKEPT, platform=Platform.SLACK, revision=0)


def named(configuration: Configuration, name: str) -> int:
    """The persona of this name. Raises NotPossible when there is none."""
    wanted = " ".join(name.split()).casefold()
    found = (row for row, voice in configuration.personas.items() if voice.name.casefold() == wanted)
    row = next(found, None)
    if row is None:
        raise NotPossible(f"There is no persona called {name.strip()!r}.", "name")
    return row


def with_draft(configuration: Configuration, name: str, instruction: str) -> Configuration:
    """The same with a persona that is not kept, of the row UNKEPT. Raises NotPossible when its text is not fit."""
    voice = Voice(name=fields.name(name), instruction=fields.instruction(instruction))
    return replace(configuration, personas={**configuration.personas, UNKEPT: voice})


def changed(configuration: Configuration, persona: int, change: Callable[[Voice], Voice]) -> Configuration:
    """The same with a persona as it might be."""
    personas = {**configuration.personas, persona: change(configuration.personas[persona])}
    return replace(configuration, personas=personas)

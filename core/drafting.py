"""Fills a draft: decides what the model is asked, and by which one, asks, and passes on what of it may be shown."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from core import access, history, prompt, texts
from core.allowance import Allowance
from core.asking import Asking, Prepare
from core.calls import Call, beside, identity
from core.configurations import Configurations
from core.display import Display
from core.drafts import Draft, forgets
from core.endpoints import Model
from core.screening import Screen, Screens, Withheld
from core.settings import Settings
from core.summaries import Summaries
from core.surface import Surface
from core.telemetry import Telemetry
from core.tools import exchange
from core.tools.registry import Tools
from core.tools.rounds import Rounds
from storage.claims import Work
from storage.configurations import Configuration
from storage.spending import Bill

# Sets aside what a call may cost, before it is made.
Reserve = Callable[[Call], Awaitable[None]]


class Drafting:
    """Knows the workspace's configuration, the models, the tools and the caps; of the platform, the display alone."""

    def __init__(
        self,
        *,
        asking: Asking,
        settings: Settings,
        configurations: Configurations,
        allowance: Allowance,
        summaries: Summaries,
        tools: Tools,
        screens: Screens,
        telemetry: Telemetry | None = None,
    ) -> None:
        self._asking = asking
        self._settings = settings
        self._configurations = configurations
        self._allowance = allowance
        self._summaries = summaries
        self._tools = tools
        self._screens = screens
        self._traces = (telemetry or Telemetry()).traces

    async def fill(self, work: Work, surface: Surface, display: Display, draft: Draft) -> None:
        """Returns when the model has ended. Raises ModelTrouble, OverCap, Withheld, TakenOver or Fenced."""
        configuration = await self._configurations.of(work.workspace_row, work.workspace_revision)
        rules = configuration.access
        if access.barred(rules, work.platform, work.workspace_id, work.channel_id, work.asker_id):
            raise Withheld(texts.BARRED)
        persona = prompt.persona_of(work, configuration)
        model = self._asking.models.choose(
            configuration, channel=work.channel_model, persona=persona.model if persona is not None else ""
        )
        rounds = await self._tools.rounds(work, configuration, persona, display, surface)
        prepare = partial(self._call, work, configuration, draft, rounds)
        binds = self._allowance.binds(work, configuration)
        reserve = partial(self._allowance.reserve, work, configuration, draft) if binds else None
        ask = partial(self._ask, prepare, reserve, self._screens.of(configuration), display, draft)
        if rounds is None:
            await ask(model)
            return
        await exchange.hold(rounds, model, ask, draft, display, self._settings.total_s)

    async def bill(self, work: Work, draft: Draft) -> Bill | None:
        """What the draft has cost, for whoever settles its reply."""
        return await self._allowance.bill(work, draft)

    def look_back(self, work: Work, draft: Draft) -> None:
        """The reply is settled: what has no place in the model's window any more may want a summary."""
        self._summaries.consider(work, draft)

    async def _ask(
        self,
        prepare: Prepare,
        reserve: Reserve | None,
        screen: Screen,
        display: Display,
        draft: Draft,
        model: Model,
        ends_at: float | None = None,
    ) -> None:
        if reserve is not None:
            await reserve(prepare(model))
        goes_on = bool(draft.text.strip())
        async with self._asking.answer(model, prepare, draft.finish, ends_at=ends_at, goes_on=goes_on) as answer:
            async for text in screen.passed(answer):
                if display.broken:
                    return
                draft.add(text)
                display.add(text)

    def _call(
        self, work: Work, configuration: Configuration, draft: Draft, rounds: Rounds | None, model: Model
    ) -> Call:
        """What is asked of this model; the draft remembers what that was made from."""
        with self._traces.span("prompt", turns=len(work.turns)) as span:
            call = self._made(work, configuration, draft, rounds, model)
            span.note(tokens=call.tokens)
            return call

    def _made(
        self, work: Work, configuration: Configuration, draft: Draft, rounds: Rounds | None, model: Model
    ) -> Call:
        layers = prompt.layers(work, configuration, self._settings.house_rules)
        called = [] if rounds is None else rounds.messages(model.prompt_tokens // 2, model.count)
        tools = () if rounds is None else rounds.definitions(model.prompt_tokens // 3, model.count)
        besides = beside(called, tools, model.count)
        draft.summarises = self._summaries.wanted(configuration)
        read = work if draft.summarises else replace(work, summary=None)
        budget = model.prompt_tokens - besides
        request = history.request(read, layers, budget, sees=model.sees, count=model.count)
        draft.left_out = texts.files_left_out(request.left_out) if request.left_out else ""
        draft.forgets = forgets(work, request, summarises=draft.summarises)
        draft.request, draft.prompt_tokens, draft.model = request, model.prompt_tokens, model
        if any(layer.expanded for layer in layers):
            draft.values = prompt.template_values(work, configuration)
        persona = prompt.persona_of(work, configuration)
        return Call(
            model=model,
            messages=[*request.messages, *called],
            tools=tools,
            must_answer=rounds is not None and rounds.over,
            tokens=request.tokens + besides,
            temperature=persona.temperature if persona is not None else None,
            effort=persona.effort if persona is not None else "",
            cache_key=identity("thread", work.platform, work.workspace_id, work.thread_id),
            person=identity("person", work.platform, work.workspace_id, work.asker_id),
        )

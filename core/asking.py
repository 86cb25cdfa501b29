"""Asks models until one answers: tries again, and then another model, as the table in `core/faults.py` has it.

All of that happens before anybody has seen a text. Once the first one is there, the answer is what it becomes.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic

import structlog

from core import faults, prices
from core.answers import Answer
from core.calls import Call
from core.circuits import Circuit, Circuits
from core.completion import Completion
from core.endpoints import Model
from core.errors import Fault, ImagesRefused, ModelTrouble
from core.metrics import ANSWERED, CALLED_OFF, OWN, of_model
from core.models import Models
from core.pulse import Pulse
from core.settings import Settings
from core.spend import Prices
from core.stream import Finish, Tried
from core.telemetry import Telemetry

log = structlog.get_logger()

FIRST_PAUSE_S = 0.5
LONGEST_WAIT_S = 30.0
LONGEST_WAIT_BEFORE_FALLBACK_S = 3.0

Prepare = Callable[[Model], Call]


@dataclass(slots=True)
class Attempts:
    """What was tried of one model for an answer so far: by fault, and whether images were left out.

    `refused` is how many tokens were too many for it, if any were, and `fits` how many it has said that it takes.
    """

    by_fault: dict[Fault, int] = field(default_factory=dict)
    blind: bool = False
    refused: int | None = None
    fits: int | None = None

    def again_in_s(self, trouble: ModelTrouble, longest_s: float) -> float | None:
        """In how many seconds the same model is asked again; None when it is not."""
        if isinstance(trouble, ImagesRefused) and not self.blind:
            self.blind = True
            return 0.0
        tried = self.by_fault.get(trouble.fault, 0)
        if tried >= faults.RULES[trouble.fault].tries_again:
            return None
        self.by_fault[trouble.fault] = tried + 1
        if faults.RULES[trouble.fault].too_long:
            return 0.0
        if trouble.retry_after_s is not None:
            return trouble.retry_after_s if trouble.retry_after_s <= longest_s else None
        pause_s: float = FIRST_PAUSE_S * 2.0**tried * random.uniform(0.5, 1.0)  # noqa: S311
        return min(pause_s, longest_s)


class Asking:
    """The one door to models: which there are (`models`), their answers, and what these cost (`prices`)."""

    def __init__(
        self, settings: Settings, telemetry: Telemetry | None = None, circuits: Circuits | None = None
    ) -> None:
        self._telemetry = telemetry or Telemetry()
        self.models = Models(settings)
        self._completion = Completion(settings, self.models.learned)
        self._circuits = circuits or Circuits()
        self._pulse = Pulse(self._completion.ping, settings.model_ping_s)
        self.prices = Prices(prices.read(Path(settings.prices)) if settings.prices else None)
        self._total_s = settings.total_s
        self._loading: asyncio.Task[None] | None = None

    def start(self) -> None:
        """For a process that makes replies: have its tokens counted, where vocabularies are there, from soon on."""
        self._loading = asyncio.create_task(asyncio.to_thread(self.models.load_vocabularies))

    @asynccontextmanager
    async def answer(
        self,
        model: Model,
        prepare: Prepare,
        finish: Finish | None = None,
        *,
        ends_at: float | None = None,
        goes_on: bool = False,
    ) -> AsyncIterator[Answer]:
        """Ask the model, and yield the answer once its first text is there; leaving the block calls it off.

        `prepare` makes the call for a model: it is asked anew for each try, as what the model takes may be known better
        by then, and it may be another model. `finish` tells how it ended, also after an error. `ends_at` is by when, in
        the loop's time, it is over: after the time for a whole answer by default. Where the answer `goes_on` after a
        text that people have seen, before tools were called, no other model carries on with it. Raises ModelTrouble.
        """
        finish = finish if finish is not None else Finish()
        ends_at = asyncio.get_running_loop().time() + self._total_s if ends_at is None else ends_at
        attempts, shown = Attempts(), False
        while True:
            call = prepare(self._as_known(model, attempts))
            try:
                async with self._asked(call, finish, ends_at) as answer:
                    shown = True
                    self.prices.expect(call.model.endpoint)
                    yield answer
                finish.cost_usd = await self.prices.cost_usd(call.model, finish)
                self._learn(call, finish, attempts)
                return
            except ModelTrouble as trouble:
                if shown:
                    raise
                finish.tried.append(Tried(model.ref, trouble.code))
                if faults.RULES[trouble.fault].too_long:
                    attempts.refused = call.tokens or call.model.prompt_tokens
                    attempts.fits = call.model.beside_answer(trouble.window) if trouble.window else None
                    if prepare(self._as_known(model, attempts)).tokens >= attempts.refused:
                        raise
                fallback = None if goes_on else self.models.fallback(model)
                model, attempts, pause_s = self._next(model, fallback, attempts, trouble, ends_at)
            await asyncio.sleep(pause_s)

    async def unwell(self) -> str:
        """Which of the operator's endpoints does not answer, and why, in a word each; empty when all do."""
        endpoints = self.models.endpoints
        whys = await asyncio.gather(*(self._pulse.of(endpoint) for endpoint in endpoints))
        return ", ".join(f"{one.name}:{why}" for one, why in zip(endpoints, whys, strict=True) if why)

    async def measure(self) -> None:
        """Tell which endpoints are not asked for a while."""
        resting = dict.fromkeys((*(endpoint.name for endpoint in self.models.endpoints), OWN), 0)
        for name, owned_by, _ in self._circuits.open():
            resting[OWN if owned_by is not None else name] += 1
        self._telemetry.metrics.resting(resting)

    async def close(self) -> None:
        if self._loading is not None:
            await self._loading
        await self._completion.close()
        await self.prices.close()

    def _learn(self, call: Call, finish: Finish, attempts: Attempts) -> None:
        """How many tokens the request took by the provider's own count, and how many were too many before it.

        Pictures count for each provider in its own way.
        """
        if call.tokens and not call.has_images:
            self.models.gauge.took(call.model.identity, call.tokens, finish.tokens_in)
        if attempts.refused is not None:
            self.models.gauge.refused(call.model.identity, attempts.refused, attempts.fits)

    def _next(
        self, model: Model, fallback: Model | None, attempts: Attempts, trouble: ModelTrouble, ends_at: float
    ) -> tuple[Model, Attempts, float]:
        """Which model is asked next, and in how many seconds. Raises the trouble when none is."""
        fallback = fallback if faults.RULES[trouble.fault].falls_back else None
        longest_s = LONGEST_WAIT_BEFORE_FALLBACK_S if fallback else LONGEST_WAIT_S
        pause_s = attempts.again_in_s(trouble, longest_s)
        if pause_s is not None and asyncio.get_running_loop().time() + pause_s < ends_at:
            log.info("model.tried_again", model=model.ref, code=trouble.code, in_s=round(pause_s, 2))
            return model, attempts, pause_s
        if fallback is None:
            raise trouble
        log.warning("model.fell_back", model=model.ref, to=fallback.ref, code=trouble.code)
        return fallback, Attempts(), 0.0

    def _as_known(self, model: Model, attempts: Attempts) -> Model:
        known = self.models.refreshed(model)
        if attempts.refused is not None:
            known = replace(known, measured=known.measured.without(attempts.refused, attempts.fits))
        return replace(known, capabilities=replace(known.capabilities, vision=False)) if attempts.blind else known

    @asynccontextmanager
    async def _asked(self, call: Call, finish: Finish, ends_at: float) -> AsyncIterator[Answer]:
        """One request, if the endpoint's circuit lets it through; the circuit is told how it began."""
        model = call.model
        circuit = self._circuits.of((*model.endpoint.identity, model.endpoint.base_url))
        self._admit(circuit, model)
        told, outcome, asked_at = False, CALLED_OFF, monotonic()
        with self._telemetry.traces.span("model", model=of_model(model.ref)) as span:
            try:
                async with self._completion.answer(call, finish, ends_at) as answer:
                    self._begun(circuit, model, asked_at)
                    told = True
                    yield answer
                outcome = ANSWERED
            except ModelTrouble as trouble:
                outcome = trouble.fault.value
                span.fail(outcome)
                if not told:
                    self._worn(circuit, model, trouble)
                    told = True
                raise
            finally:
                self._telemetry.metrics.asked(model.ref, outcome)
                span.note(tokens_in=finish.tokens_in or 0, tokens_out=finish.tokens_out or 0)
                if not told:
                    circuit.called_off()

    def _admit(self, circuit: Circuit, model: Model) -> None:
        wait_s = circuit.admit(asyncio.get_running_loop().time())
        if wait_s > 0:
            self._telemetry.metrics.asked(model.ref, Fault.RESTING.value)
            raise faults.trouble(Fault.RESTING, f"resting_for_{wait_s:.0f}s")

    def _begun(self, circuit: Circuit, model: Model, asked_at: float) -> None:
        circuit.well()
        self._pulse.well(model.endpoint)
        self._telemetry.metrics.begun(model.ref, monotonic() - asked_at)

    def _worn(self, circuit: Circuit, model: Model, trouble: ModelTrouble) -> None:
        self._pulse.failed(model.endpoint, trouble)
        if not faults.RULES[trouble.fault].wears:
            circuit.well()
        elif circuit.failed(asyncio.get_running_loop().time()):
            log.warning("model.resting", endpoint=model.endpoint.name, code=trouble.code, for_s=circuit.rest_s)

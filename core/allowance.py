"""What a reply may spend: set aside before its model is asked, and counted once it is settled."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import structlog

from core import caps, texts, tokens
from core.calls import Call
from core.configurations import Configurations
from core.drafts import Draft
from core.endpoints import Model
from core.errors import ModelTrouble, OverCap
from core.models import Models
from core.prompt import persona_of
from core.record import MICRO
from core.settings import Settings
from core.spend import Prices
from core.stream import Finish
from storage import reservations
from storage.caps import Cap, applying
from storage.claims import Work
from storage.configurations import Configuration
from storage.database import Database
from storage.reservations import Wish
from storage.spending import Bill, Took
from storage.words import Reach, Unit

log = structlog.get_logger()


class Allowance:
    """Where no cap holds, nothing is set aside, and a reply costs no statement more before its model is asked."""

    def __init__(
        self, database: Database, configurations: Configurations, models: Models, prices: Prices, settings: Settings
    ) -> None:
        self._database = database
        self._configurations = configurations
        self._models = models
        self._prices = prices
        self._general = caps.general(settings.caps)

    def binds(self, work: Work, configuration: Configuration) -> bool:
        """Whether any cap holds for a reply."""
        return bool(self._general or configuration.caps) and bool(self._applying(work, configuration))

    async def reserve(self, work: Work, configuration: Configuration, draft: Draft, call: Call) -> None:
        """Set aside what the reply has spent and what this call may. Raises OverCap, or Fenced when it is another's."""
        applying = self._applying(work, configuration)
        wish = await self._wish(work, configuration, draft, call, needs_price=_count_money(applying))
        verdict = await self._database.run(reservations.reserve, wish, applying)
        if verdict.over is not None:
            log.info("reply.over_cap", reach=verdict.over.reach.value, period=verdict.over.period.value)
            raise OverCap(texts.over_cap(verdict.over.reach, verdict.over.period))
        draft.reserved = True
        near = dict.fromkeys(texts.near_cap(cap.reach, cap.period) for cap in verdict.near)
        draft.near = draft.near or " ".join(near)

    async def allows(self, work: Work) -> bool:
        """Whether anything is left to spend in this channel and workspace, for what no person has asked for."""
        configuration = await self._configuration(work)
        applying = [cap for cap in self._applying(work, configuration) if cap.reach is not Reach.PERSON]
        if not applying:
            return True
        wish = Wish(
            workspace_id=work.workspace_row,
            channel=work.channel_id,
            day=day_of(work, configuration.timezone),
            tokens=1,
            cost_microusd=1,
        )
        return (await self._database.run(reservations.judge, wish, applying)).over is None

    async def bill(self, work: Work, draft: Draft) -> Bill | None:
        """What a reply took in the end; None when no model was asked."""
        if not draft.total.model and draft.model is None:
            return None
        configuration = await self._configuration(work)
        finish = await self._whole(work, configuration, draft)
        if finish is None:
            return None
        return Bill(
            workspace_id=work.workspace_row,
            day=day_of(work, configuration.timezone),
            channel_row=work.channel_row,
            channel_id=work.channel_id,
            person_id=work.asker_id,
            person_name=_asker_name(work),
            persona=work.persona_name,
            model=draft.model.ref if draft.model is not None else finish.model,
            took=took(finish),
        )

    async def bill_besides(self, work: Work, model: Model, finish: Finish) -> Bill:
        """What was spent in a thread besides its replies, for nobody in particular."""
        configuration = await self._configuration(work)
        return Bill(
            workspace_id=work.workspace_row,
            day=day_of(work, configuration.timezone),
            channel_row=work.channel_row,
            channel_id=work.channel_id,
            model=model.ref,
            replies=0,
            took=took(finish),
        )

    async def _configuration(self, work: Work) -> Configuration:
        return await self._configurations.of(work.workspace_row, work.workspace_revision)

    def _applying(self, work: Work, configuration: Configuration) -> tuple[Cap, ...]:
        where = work.channel_id, work.asker_id
        return applying(self._general, *where) + applying(configuration.caps, *where)

    async def _wish(
        self, work: Work, configuration: Configuration, draft: Draft, call: Call, *, needs_price: bool
    ) -> Wish:
        most = Finish(tokens_in=_prompt_tokens(call), tokens_out=_most_answered(call.model))
        spent = took(draft.total)
        cost = await self._dearest(call.model, most) if needs_price else Decimal(0)
        return Wish(
            reply_id=work.reply_id,
            epoch=work.epoch,
            workspace_id=work.workspace_row,
            channel=work.channel_id,
            person=work.asker_id,
            day=day_of(work, configuration.timezone),
            tokens=spent.tokens + took(most).tokens,
            cost_microusd=(spent.cost_microusd or 0) + round(cost * MICRO),
        )

    async def _dearest(self, model: Model, most: Finish) -> Decimal:
        """The model that answers in place of this one may cost more."""
        costs = [await self._prices.cost_usd(one, most) for one in (model, self._models.fallback(model)) if one]
        return max((cost for cost in costs if cost is not None), default=Decimal(0))

    async def _whole(self, work: Work, configuration: Configuration, draft: Draft) -> Finish | None:
        """What all of it took: estimated where the model began to answer and did not say in the end."""
        last, whole = draft.finish, draft.total
        began = bool(draft.text) or draft.stopped or draft.interrupted
        if last.tokens_in is not None or not began:
            return await self._priced(work, configuration, draft, whole) if whole.tokens_in is not None else None
        prompt = draft.request.tokens if draft.request is not None else 0
        estimated = replace(last, tokens_in=prompt, tokens_out=tokens.estimate(draft.text) if draft.text else 0)
        estimated = await self._priced(work, configuration, draft, estimated)
        return _added(estimated, took(whole)) if draft.spent else estimated

    async def _priced(self, work: Work, configuration: Configuration, draft: Draft, finish: Finish) -> Finish:
        if finish.cost_usd is not None:
            return finish
        model = draft.model or self._chosen(work, configuration)
        return finish if model is None else replace(finish, cost_usd=await self._prices.cost_usd(model, finish))

    def _chosen(self, work: Work, configuration: Configuration) -> Model | None:
        """The model that an earlier process will have asked."""
        persona = persona_of(work, configuration)
        with suppress(ModelTrouble):
            return self._models.choose(
                configuration, channel=work.channel_model, persona=persona.model if persona is not None else ""
            )
        return None


def _count_money(applying: Sequence[Cap]) -> bool:
    return any(cap.unit is Unit.USD for cap in applying)


def _prompt_tokens(call: Call) -> int:
    """As the model's server counts them, as far as that is known; never less than estimated."""
    return round(call.tokens * max(call.model.measured.ratio, 1.0))


def _most_answered(model: Model) -> int:
    return model.endpoint.most_tokens or model.endpoint.answer_tokens


def _added(finish: Finish, earlier: Took) -> Finish:
    cost = finish.cost_usd
    if earlier.cost_microusd is not None:
        cost = (cost or Decimal(0)) + Decimal(earlier.cost_microusd) / MICRO
    return replace(
        finish,
        tokens_in=(finish.tokens_in or 0) + earlier.tokens_in,
        tokens_out=(finish.tokens_out or 0) + earlier.tokens_out,
        cost_usd=cost,
    )


def took(finish: Finish) -> Took:
    """What answers took, as it is counted."""
    return Took(
        tokens_in=finish.tokens_in or 0,
        tokens_out=finish.tokens_out or 0,
        tokens_cached=finish.tokens_cached or 0,
        tokens_reasoning=finish.tokens_reasoning or 0,
        cost_microusd=None if finish.cost_usd is None else round(finish.cost_usd * MICRO),
    )


def day_of(work: Work, timezone: str) -> str:
    """The day on which a reply was taken up, in the workspace's time zone: it is counted on that day alone."""
    return (work.started_at or datetime.now(UTC)).astimezone(ZoneInfo(timezone)).date().isoformat()


def _asker_name(work: Work) -> str:
    named = (turn.author_name for turn in reversed(work.turns) if turn.author_id == work.asker_id and work.asker_id)
    return next(named, "")

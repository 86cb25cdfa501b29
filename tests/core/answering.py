"""Answers a question as a reply does, without a model and without a platform."""

from dataclasses import replace
from datetime import UTC, datetime

from core import drafts, history, prompt
from core.configurations import Configurations
from core.drafts import Draft
from core.stream import Finish
from storage import claims, replies
from storage.claims import Work
from storage.database import Database

HOUSE_RULES = "Be kind."
SHOWN_AT = datetime(2026, 11, 22, 9, 1, tzinfo=UTC)


async def claim(database: Database, limit: int = 10) -> Work:
    """The reply that waits in the first thread, taken up."""
    work = await database.run(claims.claim, 1, limit)
    assert work is not None
    return work


async def answer(
    database: Database, text: str = "At noon.", *, limit: int = 10, budget: int = 5_000, **finish: object
) -> Work:
    """Take up the reply that waits in the first thread, and settle it with this text as a model's."""
    work = await claim(database, limit)
    configuration = await Configurations(database).of(work.workspace_row, work.workspace_revision)
    layers = prompt.layers(work, configuration, HOUSE_RULES)
    draft = Draft(
        request=history.request(work, layers, budget),
        values=prompt.template_values(work, configuration),
        prompt_tokens=budget,
        finish=Finish(**({"reason": "stop", "model": "small", "endpoint": "default"} | finish)),  # type: ignore[arg-type]
    )
    draft.add(text)
    outcome = replace(drafts.outcome_of(draft), first_shown_at=SHOWN_AT)
    await database.run(replies.settle, work, drafts.recorded(outcome, work, draft, limit))
    return work

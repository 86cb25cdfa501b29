"""Lets a model answer with tools at hand: it calls some, is told what came of that, and is asked again."""

import asyncio
from collections.abc import Awaitable, Callable

from core.chat import PARAGRAPH
from core.display import Display
from core.drafts import Draft
from core.endpoints import Model
from core.tools.rounds import Rounds

# Asks a model, and has what it says added to the draft; by when it must be over, in the loop's time.
Ask = Callable[[Model, float], Awaitable[None]]


async def hold(rounds: Rounds, model: Model, ask: Ask, draft: Draft, display: Display, total_s: float) -> None:
    """Returns when the model has answered. How long people were waited for does not count. Raises what `ask` does."""
    ends_at = asyncio.get_running_loop().time() + total_s
    try:
        if said := await rounds.take_up():
            draft.add(said)
            display.add(said)
        while True:
            begun = len(draft.text)
            await ask(draft.model or model, ends_at + rounds.waited_s)
            calls = draft.finish.calls
            if display.broken or not calls:
                return
            if rounds.over:
                draft.finish.calls = []
                return
            said, thoughts = draft.text[begun:], "".join(draft.finish.thoughts)
            draft.next_round()
            if said.strip():
                draft.add(PARAGRAPH)
                display.add(PARAGRAPH)
            await rounds.run(said, calls, thoughts)
    finally:
        await rounds.close()

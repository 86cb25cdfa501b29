"""Menus whose options come from the app: it is asked for them while a person types.

docs.slack.dev/reference/interaction-payloads/block_suggestion-payload
"""

from bots.playground.slack import elements
from bots.playground.slack.compositions import check_choices
from bots.playground.slack.errors import ControlError, SlackError, Unanswered
from bots.playground.slack.interactions import Interactions
from bots.playground.slack.messages import Json
from bots.playground.slack.world import User


async def suggested(
    acting: Interactions, user: User, blocks: list[Json], place: Json, element: tuple[str, str | None], typed: str
) -> Json:
    """The app's `options` or `option_groups`, at most 100; raises `ControlError` when none can be shown."""
    block, found = elements.find(blocks, *element)
    if not found["type"].endswith("external_select"):
        raise ControlError(f"{found['action_id']!r} does not ask for its options")
    named: Json = {"action_id": found["action_id"], "block_id": block["block_id"], "value": typed}
    payload = acting.payload(user, "block_suggestion", place | named)
    del payload["trigger_id"]
    try:
        answer = await acting.backend.deliveries.ask("interactive", payload)
        check_choices(answer, "", 100, may_be_grouped=True)
    except (Unanswered, SlackError) as failure:
        raise ControlError(f"no options: {failure}", 502) from None
    return {name: answer[name] for name in ("options", "option_groups") if name in answer}

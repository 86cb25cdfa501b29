"""Does what a command asks for in the workspace that it is about, and prints what was done."""

import asyncio
from collections.abc import Awaitable, Callable

from bots.commands import shown
from bots.commands.workspace import Desk, desk
from core.people import WorkspaceRef

Deed = Callable[[Desk], Awaitable[str]]


def do(workspace: WorkspaceRef | None, as_json: bool, deed: Deed, *, may_be_new: bool = False) -> None:
    """Raises Refused, as `desk` does."""

    async def work() -> None:
        async with desk(workspace, may_be_new=may_be_new) as found:
            shown.tell(await deed(found), as_json)

    asyncio.run(work())

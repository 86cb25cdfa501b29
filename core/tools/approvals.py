"""People allow a call of a tool, or refuse it: whoever asked for the answer, or somebody who manages the workspace."""

import structlog

from core import texts
from core.configurations import Configurations
from core.control import Refused
from core.people import Person
from core.rights import Rights
from storage import standings, tool_turns
from storage.database import Database
from storage.states import ReplyState
from storage.words import ToolState

log = structlog.get_logger()


class Approvals:
    def __init__(self, database: Database, configurations: Configurations) -> None:
        self._database = database
        self._rights = Rights(configurations)

    async def decide(self, call: int, person: Person, *, allow: bool) -> None:
        """Raises Refused when they may not or nobody waits for it, and PlatformTrouble when the platform is silent."""
        reply_id = await self._database.run(tool_turns.reply_of, call)
        standing = None if reply_id is None else await self._database.run(standings.standing, reply_id)
        if standing is None or (standing.platform, standing.workspace_id) != (person.platform, person.workspace_id):
            raise Refused(texts.TOOL_OVER)
        if standing.asker_id != person.id and not await self._rights.changes_workspace(person):
            raise Refused(texts.NOT_YOUR_CALL)
        state = ToolState.ALLOWED if allow else ToolState.REFUSED
        who = person.name or person.id
        if standing.state is not ReplyState.RUNNING or not await self._database.run(
            tool_turns.decide, call, state, who
        ):
            raise Refused(texts.TOOL_OVER)
        log.info("tool.answered", call=call, reply=reply_id, allowed=allow, person=person.id)

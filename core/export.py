"""Hands out everything that is kept of a workspace, or of one person in it."""

from collections.abc import AsyncIterator
from typing import Any

from core.configurations import Configurations
from core.people import Person
from core.rights import Rights
from storage import exports, workspaces
from storage.database import Database
from storage.exports import Whose

AT_ONCE = 200


class Export:
    """For admins. Raises NotAllowed when the person is none."""

    def __init__(self, database: Database, configurations: Configurations) -> None:
        self._database = database
        self._rights = Rights(configurations)

    async def whose(self, by: Person, person_id: str = "") -> Whose:
        """The data of the person's workspace or, with an id, of somebody in it."""
        await self._rights.must_administer(by)
        row, _ = await self._database.run(workspaces.revision, by.platform, by.workspace_id)
        return Whose(row, person_id)

    async def count(self, whose: Whose) -> int:
        """How many rows there are at this moment."""
        return await self._database.run(exports.count, whose)

    async def rows(self, whose: Whose) -> AsyncIterator[dict[str, Any]]:
        """Each row with its kind; nobody else waits for long meanwhile."""
        for table in exports.kinds(whose):
            after = 0
            while True:
                found, after = await self._database.run(exports.page, whose, table, after, AT_ONCE)
                for row in found:
                    yield row
                if not after:
                    break

"""What is set in each workspace, kept in the process and read anew when it has changed, by whichever process."""

import asyncio
from collections.abc import Callable

from core.newest import Newest
from core.people import WorkspaceRef
from storage import configurations, workspaces
from storage.configurations import Configuration
from storage.database import Database

MOST = 1_000

# The full name of a model that may be chosen in this workspace; raises NotPossible, of the field `model`, else.
CheckModel = Callable[[str, Configuration], str]


def any_model(model: str, _configuration: Configuration) -> str:
    """Every model may be chosen."""
    return model


class Configurations:
    """The configurations of the workspaces that were used last.

    Every change raises the revision of its workspace, and taking up a reply reads that revision anyway: so what is kept
    here costs no query, and is never older than the reply.
    """

    def __init__(self, database: Database, most: int = MOST) -> None:
        self._database = database
        self._kept: Newest[int, Configuration] = Newest(most)
        self._rows: Newest[WorkspaceRef, int] = Newest(most)
        self._reading = asyncio.Lock()

    async def of(self, workspace_row: int, revision: int) -> Configuration:
        """The configuration of a workspace, at least as new as this revision. Raises LookupError when it is gone."""
        kept = self._fresh(workspace_row, revision)
        if kept is not None:
            return kept
        async with self._reading:
            kept = self._fresh(workspace_row, revision)
            return kept or await self._read(workspace_row)

    async def now(self, workspace: WorkspaceRef) -> Configuration:
        """The configuration of a workspace as of now, at the price of one look at its revision."""
        row, revision = await self._database.run(workspaces.revision, workspace.platform, workspace.id)
        self._rows[workspace] = row
        return await self.of(row, revision)

    def known(self, workspace_row: int, revision: int) -> Configuration | None:
        """The same without asking anybody, from any thread; None when it has to be read."""
        kept = self._kept.get(workspace_row)
        return kept if kept is not None and kept.revision >= revision else None

    def known_of(self, workspace: WorkspaceRef) -> Configuration | None:
        """What was known last of a workspace; None when that was nothing, or it is old enough to be forgotten."""
        row = self._rows.get(workspace)
        return None if row is None else self._kept.get(row)

    def keep(self, read: Configuration) -> None:
        """Keep what was read, unless something newer is kept."""
        kept = self._kept.get(read.workspace_row)
        if kept is None or kept.revision < read.revision:
            self._kept[read.workspace_row] = read

    def _fresh(self, workspace_row: int, revision: int) -> Configuration | None:
        kept = self._kept.get(workspace_row)
        if kept is None or kept.revision < revision:
            return None
        self._kept.move_to_end(workspace_row)
        return kept

    async def _read(self, workspace_row: int) -> Configuration:
        read = self._kept[workspace_row] = await self._database.run(configurations.read, workspace_row)
        return read

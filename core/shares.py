"""How much of each limited key is this process's, while several make replies in the same workspace."""

from core.periodic import Periodic
from storage import ledger
from storage.database import Database
from storage.ledger import Neighbour

EVERY_S = 1.0


class Shares:
    """Divides a key evenly among the processes that have live replies on it, `runner` being this one."""

    def __init__(self, database: Database, runner: str) -> None:
        self._database = database
        self._runner = runner
        self._runners: dict[str, set[str]] = {}
        self._looking = Periodic(self._look, EVERY_S, "shares.unknown")

    def of(self, key: str) -> float:
        """From 0 to 1."""
        return share(key, self._runners, self._runner)

    def start(self) -> None:
        self._looking.start()

    async def close(self) -> None:
        await self._looking.close()

    async def _look(self) -> None:
        self._runners = runners_of(await self._database.run(ledger.neighbours, self._runner))


def share(key: str, runners: dict[str, set[str]], runner: str) -> float:
    """A process's share of a key, which names the workspace, channel or place that it limits, the last one counting."""
    platform, *parts = key.split(":")
    for part in reversed(parts):
        if found := runners.get(f"{platform}:{part}"):
            return 1.0 / len(found | {runner})
    return 1.0


def runners_of(neighbours: list[Neighbour]) -> dict[str, set[str]]:
    """Who makes replies, by each platform id that a key may name."""
    found: dict[str, set[str]] = {}
    for one in neighbours:
        for place in {one.workspace_id, one.channel_id, one.posts_in}:
            found.setdefault(f"{one.platform}:{place}", set()).add(one.runner)
    return found

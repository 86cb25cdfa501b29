"""What a process makes replies with, put together, and taken apart again in the right order."""

from time import monotonic

from core.allowance import Allowance
from core.asking import Asking
from core.configurations import Configurations
from core.drafting import Drafting
from core.ledger import Ledger
from core.moderation import Moderation
from core.replies import Replies
from core.screening import Screens
from core.settings import Settings
from core.shares import Shares
from core.summaries import Summaries
from core.surface import SurfaceOf
from core.telemetry import Telemetry
from core.tools.registry import Tools
from core.tools.search import Sees
from core.writes import Writes
from storage.database import Database


class Making:
    """`sees` says which places a person may read, `surface_of` where a reply is shown, `runner` who this process is."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        surface_of: SurfaceOf,
        sees: Sees,
        runner: str,
        telemetry: Telemetry,
    ) -> None:
        self.configurations = Configurations(database)
        self.asking = Asking(settings, telemetry)
        self.tools = Tools(database, settings, sees, telemetry)
        self._shares = Shares(database, runner)
        self.writes = Writes(monotonic, self._shares.of, telemetry.metrics)
        self._ledger = Ledger(database, shared=database.is_postgresql)
        allowance = Allowance(database, self.configurations, self.asking.models, self.asking.prices, settings)
        self._summaries = Summaries(database, self.asking, allowance, settings, telemetry.metrics)
        self._screens = Screens(Moderation(settings))
        drafting = Drafting(
            asking=self.asking,
            settings=settings,
            configurations=self.configurations,
            allowance=allowance,
            summaries=self._summaries,
            tools=self.tools,
            screens=self._screens,
            telemetry=telemetry,
        )
        self.replies = Replies(database, drafting, self.writes, settings, surface_of, self._ledger, telemetry)

    def start(self) -> None:
        """Look after what is made here, and tell other processes of it where there are any."""
        self._ledger.start()
        if self._ledger.shared:
            self._shares.start()

    async def close(self) -> None:
        """Once no reply is being made: write what waits to be written, and tell nobody any more."""
        await self._summaries.close()
        await self.tools.close()
        await self._ledger.close()
        await self._shares.close()
        await self.writes.close()

    async def hang_up(self) -> None:
        """Close the connections to models."""
        await self.asking.close()
        await self._screens.close()

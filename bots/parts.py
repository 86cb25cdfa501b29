"""What the platforms' bots work with."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from bots.making import Making
from core import caps
from core.access import AccessLists
from core.caps import Caps
from core.control import Control
from core.dispatch import Dispatcher
from core.files import Files
from core.gate import Gate
from core.inbox import Inbox
from core.inspection import Inspection
from core.metrics import Metrics
from core.models import Models
from core.offers import Offers
from core.own_endpoints import OwnEndpoints
from core.personas import Personas
from core.privacy import Privacy
from core.schedules import Schedules
from core.settings import Settings
from core.surface import SurfaceOf
from core.tools.approvals import Approvals
from core.tools.own_servers import OwnServers
from core.usage import Usage
from core.workspace import WorkspaceSettings
from storage.database import Database
from storage.firings import Fired


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    inbox: Inbox
    personas: Personas
    workspace: WorkspaceSettings
    control: Control
    inspection: Inspection
    models: Models
    own_endpoints: OwnEndpoints
    schedules: Schedules
    approvals: Approvals
    own_servers: OwnServers
    caps: Caps
    usage: Usage
    privacy: Privacy
    access: AccessLists


def parts_of(
    settings: Settings,
    database: Database,
    making: Making,
    dispatcher: Dispatcher,
    surface_of: SurfaceOf,
    wake: Callable[[Fired], object],
    metrics: Metrics,
) -> Parts:
    """`wake` hears of what a schedule asks."""
    configurations, models = making.configurations, making.asking.models
    general = caps.general(settings.caps)
    return Parts(
        inbox=Inbox(
            database,
            dispatcher,
            making.replies,
            Files(settings),
            Gate(settings, database, surface_of, monotonic, configurations),
            Offers(database, making.writes, surface_of),
            metrics,
        ),
        personas=Personas(database, configurations, models.check),
        workspace=WorkspaceSettings(database, configurations, models.check, summarises=settings.summaries == "on"),
        control=Control(database, making.replies, dispatcher),
        inspection=Inspection(database, configurations, settings.house_rules),
        models=models,
        own_endpoints=OwnEndpoints(database, configurations, settings),
        schedules=Schedules(database, configurations, wake),
        approvals=Approvals(database, configurations),
        own_servers=OwnServers(database, configurations, settings, making.tools),
        caps=Caps(database, configurations, general),
        usage=Usage(database, configurations, general),
        privacy=Privacy(database, configurations, settings.retention_days, making.replies.stop),
        access=AccessLists(database, configurations),
    )

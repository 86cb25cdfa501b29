"""What the platforms' bots work with, put together by the service."""

from dataclasses import dataclass

from core.access import AccessLists
from core.caps import Caps
from core.control import Control
from core.inbox import Inbox
from core.inspection import Inspection
from core.models import Models
from core.own_endpoints import OwnEndpoints
from core.personas import Personas
from core.privacy import Privacy
from core.schedules import Schedules
from core.tools.approvals import Approvals
from core.tools.own_servers import OwnServers
from core.usage import Usage
from core.workspace import WorkspaceSettings


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

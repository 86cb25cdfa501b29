"""People who do something with Parley, and how to find out what they may."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from storage.audit import Actor
from storage.words import Platform

Check = Callable[[], Awaitable[bool]]
ChannelCheck = Callable[[str], Awaitable[bool]]

COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class WorkspaceRef:
    """A workspace as its platform names it."""

    platform: Platform
    id: str


async def _yes() -> bool:
    return True


async def _always(_channel_id: str) -> bool:
    return True


async def _never(_channel_id: str) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who does something in a workspace.

    What they may is asked of the platform when they do it: `manages` the workspace, `manages_channel` the channel of
    this id, `moderates` the replies of others (whoever manages the workspace, where nothing else is said). Each may
    raise PlatformTrouble. `roles` are the ids of the roles that they have there at this moment.
    """

    platform: Platform
    workspace_id: str
    id: str
    name: str = ""
    roles: tuple[str, ...] = ()
    manages: Check
    manages_channel: ChannelCheck = _never
    moderates: Check | None = None

    @property
    def workspace(self) -> WorkspaceRef:
        return WorkspaceRef(self.platform, self.workspace_id)

    @property
    def actor(self) -> Actor:
        """As the audit log names them."""
        return Actor(self.id, self.name)

    async def may_moderate(self) -> bool:
        return await (self.moderates or self.manages)()


def operator(workspace: WorkspaceRef, name: str = COMMAND_LINE) -> Person:
    """Whoever has the database at hand: they may do everything."""
    return Person(
        platform=workspace.platform,
        workspace_id=workspace.id,
        id="",
        name=name,
        manages=_yes,
        manages_channel=_always,
    )

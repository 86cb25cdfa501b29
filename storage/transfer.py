"""A workspace's whole configuration at once: read, and changed in one transaction."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from storage import audit, configurations, workspaces
from storage.audit import Actor
from storage.configurations import Configuration
from storage.tables import Channel, Workspace
from storage.words import Deed, Listening, Platform

Work = Callable[[Session], object]


class Outdated(Exception):
    """Somebody else changed the configuration since it was read; nothing was written."""


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What is set in a channel; `persona` is the row of the one it speaks with."""

    id: str
    name: str
    persona: int | None
    model: str
    listening: Listening


@dataclass(frozen=True, slots=True)
class Everything:
    """All that is set in a workspace."""

    name: str
    configuration: Configuration
    channels: tuple[ChannelSettings, ...]


def read(session: Session, platform: Platform, platform_id: str) -> Everything:
    """What is set in a workspace, which is made if it is missing."""
    row, _ = workspaces.revision(session, platform, platform_id)
    name = session.exec(select(Workspace.name).where(col(Workspace.id) == row)).one()
    channels = tuple(map(_settings, workspaces.channels(session, row)))
    return Everything(name, configurations.read(session, row), channels)


def _settings(channel: Channel) -> ChannelSettings:
    return ChannelSettings(
        channel.platform_id, channel.name, channel.persona_id, channel.model, Listening(channel.listening)
    )


def write(session: Session, read_as: Configuration, actor: Actor, works: Iterable[Work]) -> None:
    """Do all of these, or none, and write down that it was an import.

    Raises Outdated when what is set is not what was read any more, and what the works raise.
    """
    row = read_as.workspace_row
    held = select(Workspace.revision).where(col(Workspace.id) == row).with_for_update()
    if session.exec(held).one() != read_as.revision:
        raise Outdated
    count = len([work(session) for work in works])
    audit.record(session, row, actor, Deed.IMPORT, "", {}, {"changes": count})

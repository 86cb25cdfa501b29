"""People of the tests, with the rights that are given to them."""

from core.people import Person, WorkspaceRef, operator
from storage.incoming import Place
from storage.words import Platform

BAKERY = WorkspaceRef(Platform.SLACK, "T1")
GENERAL = Place(
    platform=Platform.SLACK,
    workspace_id="T1",
    workspace_name="Bakery",
    channel_id="C1",
    channel_name="general",
)
ADA = operator(BAKERY, "Ada")


def person(id_: str, *channels: str, admin: bool = False, roles: tuple[str, ...] = ()) -> Person:
    """Somebody who manages these channels, or everything."""

    async def manages() -> bool:
        return admin

    async def manages_channel(channel_id: str) -> bool:
        return channel_id in channels

    return Person(
        platform=Platform.SLACK,
        workspace_id="T1",
        id=id_,
        name=id_,
        roles=roles,
        manages=manages,
        manages_channel=manages_channel,
    )

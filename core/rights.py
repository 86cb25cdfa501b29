"""Who may change what in a workspace. Every deed asks here itself, so that no way to it can forget to."""

from core import texts
from core.configurations import Configurations
from core.people import Person
from storage.configurations import Configuration, Manager
from storage.incoming import Place
from storage.problems import NotPossible


class NotAllowed(NotPossible):
    """They may not do that; the message says who may."""


class Rights:
    """Each question raises NotAllowed, or PlatformTrouble when the platform does not say.

    Whoever the platform lets manage a workspace may do everything in it. People and roles whom these have named may do
    the same, but for naming others, choosing which models may be used, and reading the audit log. Those who manage a
    channel may set what it speaks as, unless that is switched off.
    """

    def __init__(self, configurations: Configurations) -> None:
        self._configurations = configurations

    async def must_administer(self, person: Person) -> None:
        if not await person.manages():
            raise NotAllowed(texts.NOT_ALLOWED_ADMINS)

    async def may_change_workspace(self, person: Person) -> None:
        configuration = await self._configurations.now(person.workspace)
        if not is_named(configuration, person) and not await person.manages():
            raise NotAllowed(texts.NOT_ALLOWED)

    async def may_change_channel(self, person: Person, place: Place) -> None:
        """What Parley listens to there is for those who manage the channel, too."""
        await self._may_in_channel(person, place, switchable=False)

    async def may_choose_persona(self, person: Person, place: Place) -> None:
        """So is what it speaks as, unless that is switched off."""
        await self._may_in_channel(person, place, switchable=True)

    async def _may_in_channel(self, person: Person, place: Place, *, switchable: bool) -> None:
        if (place.platform, place.workspace_id) != (person.platform, person.workspace_id):
            raise NotAllowed(texts.NOT_ALLOWED_CHANNEL)
        configuration = await self._configurations.now(person.workspace)
        if is_named(configuration, person) or await person.manages():
            return
        if switchable and not configuration.channel_managers:
            raise NotAllowed(texts.NOT_ALLOWED)
        if not await person.manages_channel(place.channel_id):
            raise NotAllowed(texts.NOT_ALLOWED_CHANNEL)

    async def changes_workspace(self, person: Person) -> bool:
        """Whether they may, for showing them how. Raises PlatformTrouble."""
        try:
            await self.may_change_workspace(person)
        except NotAllowed:
            return False
        return True


def is_named(configuration: Configuration, person: Person) -> bool:
    """Whether they were named as managers, or one of their roles was."""
    named = {(manager.kind, manager.id) for manager in configuration.managers}
    return (PERSON, person.id) in named or any((ROLE, role) in named for role in person.roles)


PERSON, ROLE = "person", "role"


def manager(kind: str, id_: str, name: str = "") -> Manager:
    """Somebody to name. Raises NotPossible when it is neither a person nor a role."""
    if kind not in (PERSON, ROLE) or not id_.strip():
        raise NotPossible("Name a person or a role.", "manager")
    return Manager(kind, id_.strip(), name.strip())

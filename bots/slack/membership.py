"""Which user groups somebody is in who writes a message, where that decides whether they may use Parley."""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from bots.slack.groups import Groups
from core.inbox import Inbox
from core.newest import Newest
from core.people import WorkspaceRef
from storage.incoming import Incoming

KEEP_S = 60.0
MOST = 10_000


class Membership:
    """Slack is asked once a minute at most for each person, and only where groups are listed at all."""

    def __init__(self, inbox: Inbox, groups: Groups, clock: Callable[[], float] = monotonic) -> None:
        self._inbox = inbox
        self._groups = groups
        self._clock = clock
        self._known: Newest[tuple[str, str, frozenset[str]], tuple[float, tuple[str, ...]]] = Newest(MOST)

    async def added(self, incoming: Incoming) -> Incoming:
        """The message with the groups of its author."""
        place = incoming.place
        matter = await self._inbox.roles_that_matter(WorkspaceRef(place.platform, place.workspace_id))
        if not matter:
            return incoming
        key, now = (place.workspace_id, incoming.author.id, matter), self._clock()
        until, roles = self._known.get(key, (0.0, ()))
        if now >= until:
            roles = await self._groups.of(place.workspace_id, incoming.author.id, sorted(matter))
            self._known[key] = (now + KEEP_S, roles)
        return replace(incoming, author=replace(incoming.author, roles=roles))

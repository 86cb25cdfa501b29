"""What people do with schedules, the same from a chat and from the command line.

Each deed asks whether its person may do it, and returns one or a few sentences for people.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from core import phrases, positions, times, wording
from core.configurations import Configurations
from core.moments import Now, utc_now
from core.people import Person, WorkspaceRef
from core.phrases import When
from core.rights import Rights
from storage import firings, schedules, workspaces
from storage.database import Database
from storage.firings import Fired
from storage.incoming import Place
from storage.problems import NotPossible, Problem
from storage.schedules import Planned, Scheduled

PROMPT_LIMIT = 4_000
MOST = 50
SHOWN = 3
NONE = "There are no schedules here yet."
NO_SUCH = "There is no schedule {} here."
NO_SUCH_CHANNEL = "I have not met the channel #{}: use the command there."
NO_PROMPT = "Say what I should answer then."
TOO_MANY = f"A workspace has at most {MOST} schedules: remove one first."
IS_OVER = "Schedule {} is over: it was due once."


@dataclass(frozen=True, slots=True)
class Preview:
    """How something that people wrote was understood, and when that is next."""

    when: When
    upcoming: tuple[datetime, ...]

    def __str__(self) -> str:
        return ", ".join(written(moment, self.when.zone) for moment in self.upcoming)


class Schedules:
    """Raises NotAllowed when the person may not, NotPossible, with a sentence for people, when what is asked cannot be
    done, and PlatformTrouble when the platform does not say what they may.

    A schedule is for those who may change its channel; whoever has made one may always pause and remove it. `wake`
    hears of each prompt that waits for its answer.
    """

    def __init__(
        self, database: Database, configurations: Configurations, wake: Callable[[Fired], object], now: Now = utc_now
    ) -> None:
        self._database = database
        self._configurations = configurations
        self._wake = wake
        self._now = now
        self._rights = Rights(configurations)

    async def preview(self, workspace: WorkspaceRef, when: str) -> Preview:
        """How that is understood in the workspace's time zone."""
        zone = ZoneInfo((await self._configurations.now(workspace)).timezone)
        understood = phrases.read(when, zone, self._now())
        return Preview(understood, tuple(understood.upcoming(self._now(), SHOWN)))

    async def add(
        self, by: Person, place: Place, when: str, prompt: str, *, posts_in: str = "", thread_key: str = ""
    ) -> str:
        """Have a prompt answered at these times, each time in a thread of its own where none is named."""
        await self._rights.may_change_channel(by, place)
        prompt, preview = await self._fit(by.workspace, when, prompt)
        if await self._database.run(schedules.count, await self._row(by.workspace)) >= MOST:
            raise NotPossible(TOO_MANY, "when")
        planned = Planned(
            place=place,
            posts_in=posts_in or place.channel_id,
            thread_key=thread_key,
            prompt=prompt,
            spoken=preview.when.spoken,
            cron=preview.when.cron,
            timezone=preview.when.zone.key,
            next_at=preview.upcoming[0],
        )
        number = await self._database.run(schedules.add, by.actor, planned)
        said = f"Schedule {number} is set for {where(place)}: {planned.spoken} ({planned.timezone})."
        return f"{said}\n{'Next' if planned.cron else 'Due'}: {preview}."

    async def listed(self, by: Person, place: Place | None = None) -> list[Scheduled]:
        """Those of the workspace for people who may change it; for others those of this channel and their own."""
        found = await self._database.run(schedules.listed, await self._row(by.workspace))
        if await self._rights.changes_workspace(by):
            return found
        here = place.channel_id if place is not None else ""
        return [one for one in found if one.place.channel_id == here or _is_own(one, by)]

    async def planned(self, place: Place) -> int:
        """How many schedules have something due yet in a channel."""
        row = await self._row(WorkspaceRef(place.platform, place.workspace_id))
        found = await self._database.run(schedules.listed, row)
        return sum(one.place.channel_id == place.channel_id and not one.is_over for one in found)

    async def place_named(self, workspace: WorkspaceRef, name: str) -> Place:
        """The channel of this name, of those that Parley has met. Raises NotPossible."""
        known = await self._database.run(workspaces.channels, await self._row(workspace))
        found = [one for one in known if one.name and one.name.casefold() == name.casefold()]
        if len(found) != 1:
            raise NotPossible(NO_SUCH_CHANNEL.format(name))
        return Place(
            platform=workspace.platform,
            workspace_id=workspace.id,
            channel_id=found[0].platform_id,
            channel_name=found[0].name,
        )

    async def pause(self, by: Person, number: int) -> str:
        await self._own(by, number)
        if not await self._database.run(schedules.pause, by.actor, number):
            return f"Schedule {number} was paused already."
        return f"Schedule {number} is paused: resume it when it shall go on."

    async def resume(self, by: Person, number: int) -> str:
        """Go on from now; what would have been due meanwhile is left out."""
        scheduled = await self._found(by, number)
        await self._rights.may_change_channel(by, scheduled.place)
        zone = ZoneInfo(scheduled.timezone)
        next_at = scheduled.next_at
        if scheduled.cron:
            next_at = times.next_after(scheduled.cron, zone, self._now())
        if next_at is None:
            raise NotPossible(IS_OVER.format(number), "number")
        if not await self._database.run(schedules.resume, by.actor, number, next_at):
            return f"Schedule {number} is not paused."
        return f"Schedule {number} goes on, next {written(next_at, zone)}."

    async def run_now(self, by: Person, number: int) -> str:
        """Have its prompt answered at once, whatever is due later."""
        scheduled = await self._found(by, number)
        await self._rights.may_change_channel(by, scheduled.place)
        row, moment = await self._row(by.workspace), positions.moment(self._now())
        fired = await self._database.run(firings.fire_now, by.actor, row, number, moment)
        if fired is not None:
            self._wake(fired)
        return f"Schedule {number} runs now, in {where(scheduled.place)}."

    async def remove(self, by: Person, number: int) -> str:
        await self._own(by, number)
        await self._database.run(schedules.remove, by.actor, number)
        return f"Schedule {number} is removed."

    async def _fit(self, workspace: WorkspaceRef, when: str, prompt: str) -> tuple[str, Preview]:
        """Both, if both can be taken. Raises NotPossible with all that is wrong."""
        problems: list[Problem] = []
        try:
            preview = await self.preview(workspace, when)
        except NotPossible as error:
            problems += error.problems
        try:
            prompt = fit_prompt(prompt)
        except NotPossible as error:
            problems += error.problems
        if problems:
            raise NotPossible.of(problems)
        return prompt, preview

    async def _own(self, by: Person, number: int) -> Scheduled:
        scheduled = await self._found(by, number)
        if not _is_own(scheduled, by):
            await self._rights.may_change_channel(by, scheduled.place)
        return scheduled

    async def _found(self, by: Person, number: int) -> Scheduled:
        found = await self._database.run(schedules.find, await self._row(by.workspace), number)
        if found is None:
            raise NotPossible(NO_SUCH.format(number), "number")
        return found

    async def _row(self, workspace: WorkspaceRef) -> int:
        row, _ = await self._database.run(workspaces.revision, workspace.platform, workspace.id)
        return row


def fit_prompt(given: str) -> str:
    """A prompt that can be kept. Raises NotPossible."""
    prompt = wording.clean(given).strip()
    if not prompt:
        raise NotPossible(NO_PROMPT, "prompt")
    if len(prompt) > PROMPT_LIMIT:
        said = f"A prompt has at most {PROMPT_LIMIT:,} characters; this one has {len(prompt):,}."
        raise NotPossible(said, "prompt")
    return prompt


def written(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as people write it in that zone."""
    return f"{moment.astimezone(zone):%a %d %b %Y %H:%M}"


def listing(found: list[Scheduled]) -> str:
    """The schedules, each with when it is due next."""
    return "\n".join(map(line, found)) or NONE


def line(one: Scheduled) -> str:
    prompt = " ".join(one.prompt.split())
    shown = prompt if len(prompt) <= 80 else f"{prompt[:79]}…"
    by = f", by {one.creator_name}" if one.creator_name else ""
    return f"• {one.id}: {one.spoken} ({one.timezone}) in {where(one.place)}{by}, {standing(one)}: “{shown}”"


def where(place: Place) -> str:
    return f"#{place.channel_name}" if place.channel_name else place.channel_id


def standing(one: Scheduled) -> str:
    if one.next_at is None:
        return "over"
    return "paused" if one.paused else f"next {written(one.next_at, ZoneInfo(one.timezone))}"


def _is_own(scheduled: Scheduled, by: Person) -> bool:
    return bool(by.id) and scheduled.creator_id == by.id

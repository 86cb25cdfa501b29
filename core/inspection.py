"""Why an answer says what it says, for whoever asked for it and for those who manage the workspace.

What is shown is read at that moment from where it is kept: messages of that very thread, and the changes that made the
layers of the prompt. What was deleted since is not there any more, and what was changed since is said to be.
"""

from core import evidence, record, texts
from core.configurations import Configurations
from core.evidence import Evidence
from core.people import Person
from core.prompt import DEFAULT_PROMPT, Source
from core.record import Record
from core.rights import NotAllowed, Rights
from core.why import Why
from storage import records, summaries, tool_turns
from storage.configurations import Configuration
from storage.database import Database
from storage.incoming import Place
from storage.problems import NotPossible
from storage.records import Asked
from storage.states import UNSETTLED


class Inspection:
    """Everything here raises NotPossible: NotAllowed when it is not for this person, or PlatformTrouble.

    On a platform people are shown answers of the channel that they are in alone, so that nobody reads with Parley's
    help what the platform does not let them read.
    """

    def __init__(self, database: Database, configurations: Configurations, house_rules: str) -> None:
        self._database = database
        self._configurations = configurations
        self._rights = Rights(configurations)
        self._house_rules = house_rules

    async def of_message(self, place: Place, message_id: str, person: Person) -> Why:
        """Why the answer says so that this message shows, or asked for."""
        reply_id = await self._database.run(records.shown_by, place, message_id)
        if reply_id is None:
            raise NotPossible(texts.NO_ANSWER_THERE)
        return await self.why(reply_id, person, place=place)

    async def newest(self, place: Place, posts_in: str, person: Person) -> Why:
        """Why the newest answer there says so: of all for those who manage the workspace, else of their own."""
        reply_id = await self._database.run(records.newest, place, posts_in)
        if reply_id is None:
            raise NotPossible(texts.NOTHING_ANSWERED_HERE)
        try:
            return await self.why(reply_id, person, place=place)
        except NotAllowed:
            own_id = await self._database.run(records.newest, place, posts_in, person.id)
            if own_id is None:
                raise
        return await self.why(own_id, person, place=place)

    async def why(
        self, reply_id: int, person: Person, *, place: Place | None = None, version: int | None = None
    ) -> Why:
        """Why a version of a reply, the newest by default, says what it says; `place` is where the person is."""
        asked = await self._database.run(records.asked, reply_id)
        if asked is None or not _is_theirs(asked, person, place):
            raise NotPossible(texts.NO_SUCH_ANSWER)
        if asked.asker_id != person.id and not await self._rights.changes_workspace(person):
            raise NotAllowed(texts.NOT_YOUR_ANSWER)
        kept = await self._database.run(records.versions, reply_id)
        chosen = next((one for one in kept if version in (None, one.version)), None)
        if chosen is None:
            raise NotPossible(texts.STILL_ANSWERING if asked.state in UNSETTLED else texts.NOTHING_KEPT)
        told = record.unpacked(chosen.record)
        found = await self._evidence(asked, chosen.version, told, await self._configurations.now(person.workspace))
        return evidence.why(asked, chosen, [one.version for one in kept], told, found)

    async def _evidence(self, asked: Asked, version: int, told: Record, configuration: Configuration) -> Evidence:
        message_ids = [turn.message_id for turn in told.turns]
        change_ids = [layer.change_id for layer in told.layers if layer.change_id is not None]
        messages = await self._database.run(records.messages, asked.thread_id, message_ids)
        changes = await self._database.run(records.changes, asked.workspace_row, change_ids)
        older = await self._database.run(records.older_than, asked.thread_id, told.oldest_id)
        calls = await self._database.run(tool_turns.of_version, asked.reply_id, version)
        row = told.summary.row if told.summary is not None else 0
        summary = await self._database.run(summaries.of_thread, asked.thread_id, row)
        return Evidence(messages, changes, self._written(configuration, told), older, calls, summary)

    def _written(self, configuration: Configuration, told: Record) -> dict[Source, str]:
        personas = configuration.personas.values()
        return {
            Source.HOUSE_RULES: self._house_rules,
            Source.BUILT_IN: DEFAULT_PROMPT,
            Source.WORKSPACE_PROMPT: configuration.prompt,
            Source.PERSONA: next((one.instruction for one in personas if one.name == told.persona), ""),
        }


def _is_theirs(asked: Asked, person: Person, place: Place | None) -> bool:
    """Whether a reply is of the workspace that the person is in, and of the channel, where that is known."""
    here = (asked.platform, asked.workspace_id) == (person.platform, person.workspace_id)
    return here and (place is None or place.channel_id == asked.channel_id)

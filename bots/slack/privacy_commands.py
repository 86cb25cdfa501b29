"""`/parley forget me` and `/parley retention`: what is kept of people, and for how long."""

from typing import Any

from bots.slack.command import Answer, Command, Noun
from bots.slack.overheard import Overheard
from core import texts
from core.privacy import Privacy, days_of
from storage.problems import NotPossible

FORGET = "forget_me"
FORGET_HELP = ("`/parley forget me`: forget what you said here, what I answered to it, and your name",)
RETENTION_HELP = ("`/parley retention [DAYS|off]`: after how many days what was said is deleted; for admins",)
SAY_ME = "Say `/parley forget me` to have me forget you. I cannot forget others for you: whoever runs me can."
BUTTON: dict[str, Any] = {
    "type": "actions",
    "elements": [
        {
            "type": "button",
            "action_id": FORGET,
            "style": "danger",
            "text": {"type": "plain_text", "text": texts.FORGET_ME},
            "value": "yes",
        }
    ],
}


class ForgetCommands:
    """Asks first; the button below the question does it."""

    def __init__(self, privacy: Privacy, overheard: Overheard) -> None:
        self._privacy = privacy
        self._overheard = overheard

    @property
    def noun(self) -> Noun:
        return Noun("forget", {"me": self._ask, "yes": self._forget}, "me", FORGET_HELP)

    async def _ask(self, _command: Command, rest: str) -> Answer:
        if rest:
            raise NotPossible(SAY_ME)
        return Answer(texts.FORGET_QUESTION, (BUTTON,))

    async def _forget(self, command: Command, _rest: str) -> Answer:
        self._overheard.forget(command.by.workspace_id, command.by.id)
        return Answer(texts.forgotten(str(await self._privacy.forget_me(command.by))))


class RetentionCommands:
    def __init__(self, privacy: Privacy) -> None:
        self._privacy = privacy

    async def run(self, command: Command, rest: str) -> Answer:
        if not rest:
            return Answer(await self._privacy.retention(command.by))
        return Answer(await self._privacy.set_retention(command.by, days_of(rest)))

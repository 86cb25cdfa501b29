"""`/parley …` on Slack: which noun and verb were typed, and the help."""

import difflib
from collections.abc import Iterable

from bots.slack.command import Answer, Command, Deed, Noun
from core import texts
from core.errors import PlatformTrouble
from storage.problems import NotPossible

ASK_IN_CHANNEL = (
    "Mention me in a channel to ask something; I answer in a thread, and there you need not mention me again."
)
ASK_DIRECTLY = "Write to me here to ask something; in a channel, mention me."
QUOTES = "Put a name of several words in quotes."
ALSO = "To ask me something, mention me in a message, or use “Ask Parley about this” in a message's menu."
MOST_SHOWN = 100


class Commands:
    def __init__(self, nouns: Iterable[Noun]) -> None:
        self._nouns = {noun.name: noun for noun in nouns}

    async def run(self, command: Command) -> Answer:
        """Do what was typed; every refusal is an answer, too."""
        deed, rest = self._meant(command.text)
        if deed is None:
            return Answer(self._guidance(command))
        try:
            return await deed(command, rest)
        except NotPossible as error:
            return Answer(str(error))
        except PlatformTrouble:
            return Answer(texts.RIGHTS_UNKNOWN)

    def _meant(self, text: str) -> tuple[Deed | None, str]:
        """The deed of the verb or, where a noun has none, of what follows the noun."""
        name, _, rest = text.strip().partition(" ")
        noun = self._nouns.get(name.lower())
        if noun is None:
            return None, ""
        if "" in noun.deeds:
            return noun.deeds[""], rest.strip()
        verb, _, rest = rest.strip().partition(" ")
        return noun.deeds.get(verb.lower() or noun.usual), rest.strip()

    def _guidance(self, command: Command) -> str:
        """The help, and for what nobody knows what may have been meant."""
        typed = command.text.strip()
        greeting = ASK_DIRECTLY if command.place.channel_id.startswith("D") else ASK_IN_CHANNEL
        lines = [f"• {line}" for noun in self._nouns.values() for line in noun.help]
        guide = "\n".join([greeting, *lines, QUOTES])
        if typed.lower() in ("", "help"):
            return guide
        shown = typed if len(typed) <= MOST_SHOWN else f"{typed[:MOST_SHOWN]}…"
        known = [f"{noun.name} {verb}".strip() for noun in self._nouns.values() for verb in noun.deeds]
        like = difflib.get_close_matches(" ".join(typed.lower().split()[:2]), known, 1)
        hint = f"Did you mean `/parley {like[0]}`?" if like else ALSO
        return f"I don't know `{shown.replace('`', '')}`. {hint}\n{guide}"

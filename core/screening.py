"""What a model says is looked through before anybody sees it, and before any of it is kept.

Blocked words are looked for while the answer grows: of its end as much is held back as may still become one of them.
With moderation, an answer is held back until it is whole and has passed.
"""

import re
from collections.abc import AsyncIterable, AsyncIterator

from core import access, texts
from core.moderation import Moderation
from storage.configurations import Configuration


class Withheld(Exception):
    """The rest is not shown; the message is a sentence for people."""


class Screen:
    """Looks through the answers to one question."""

    def __init__(self, words: tuple[str, ...], moderation: Moderation) -> None:
        self._found = access.pattern(words)
        self._held_back = max(map(len, words), default=0) + 1
        self._moderation = moderation

    async def passed(self, answer: AsyncIterable[str]) -> AsyncIterator[str]:
        """What may be shown of it, as soon as that is known. Raises Withheld."""
        if self._moderation.wanted:
            async for text in self._judged(answer):
                yield text
            return
        if self._found is None:
            async for text in answer:
                yield text
            return
        async for text in self._without_words(answer, self._found):
            yield text

    async def _judged(self, answer: AsyncIterable[str]) -> AsyncIterator[str]:
        whole = "".join([text async for text in answer])
        if self._found is not None and self._found.search(whole):
            raise Withheld(texts.WITHHELD_WORDS)
        if whole.strip() and not await self._moderation.passes(whole):
            raise Withheld(texts.WITHHELD)
        if whole:
            yield whole

    async def _without_words(self, answer: AsyncIterable[str], found: re.Pattern[str]) -> AsyncIterator[str]:
        """The last character that was let through tells whether a word begins after it."""
        last, waiting = "", ""
        async for text in answer:
            waiting += text
            hit = found.search(last + waiting, len(last))
            if hit is not None and hit.end() < len(last + waiting):
                if before := waiting[: hit.start() - len(last)]:
                    yield before
                raise Withheld(texts.WITHHELD_WORDS)
            free, waiting = waiting[: -self._held_back], waiting[-self._held_back :]
            if free:
                last = free[-1]
                yield free
        if hit := found.search(last + waiting, len(last)):
            if before := waiting[: hit.start() - len(last)]:
                yield before
            raise Withheld(texts.WITHHELD_WORDS)
        if waiting:
            yield waiting


class Screens:
    def __init__(self, moderation: Moderation) -> None:
        self._moderation = moderation

    def of(self, configuration: Configuration) -> Screen:
        """That of a workspace."""
        return Screen(configuration.access.words, self._moderation)

    async def close(self) -> None:
        await self._moderation.close()

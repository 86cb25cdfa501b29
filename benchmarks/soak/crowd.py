"""People who hold one conversation after the other: each asks, waits until the answer is whole, and asks on."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random

import aiohttp

from benchmarks import figures, load, worlds
from benchmarks.faults.town import Town
from benchmarks.figures import Verdict
from benchmarks.soak.figures import Answers
from storage.words import Platform

LOOK_EVERY_S = 0.5
# As long as two budgets of a minute: whoever waits longer has been forgotten.
PATIENCE_S = 150.0
# How often somebody edits a question that was answered, and how often somebody types a command instead of asking.
EDITS, COMMANDS = 0.05, 0.05


@dataclass(slots=True)
class Talk:
    """One conversation; `root` is its first message, `last` the newest message of the answer that came last."""

    number: int
    platform: Platform
    channel: str
    root: str = ""
    last: str = ""


@dataclass(slots=True)
class Crowd:
    """`turns` is how often somebody asks in a conversation."""

    town: Town
    tokens: int
    tokens_per_s: float
    turns: int
    random: Random
    asked: int = 0
    is_over: bool = False
    beyond_s: list[float] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)
    _numbers: Iterator[int] = field(default_factory=count)
    _begun: set[int] = field(default_factory=set)

    @property
    def answers(self) -> Answers:
        """What became of all questions so far."""
        whole = self.found[Verdict.WHOLE]
        wrong = dict(self.found - Counter({Verdict.WHOLE: whole}))
        return Answers(len(self._begun), self.asked, whole, wrong, self.beyond_s)

    @property
    def answer_s(self) -> float:
        """How long the model takes for one answer."""
        return self.tokens / self.tokens_per_s

    async def talk(self, at_once: int, seconds: float) -> None:
        """Hold so many conversations side by side for a while, begun evenly over the time of an answer.

        The first ones are cut short by chance: from the beginning on they are of every age.
        """
        stop = asyncio.get_running_loop().call_later(seconds, self.end)
        gap_s = self.answer_s / at_once
        try:
            await asyncio.gather(*(self._hold_one_after_the_other(place * gap_s) for place in range(at_once)))
        finally:
            stop.cancel()

    async def ask_once(self, people: int) -> bool:
        """So many ask one question each, all at once; whether each answer was whole. It does not count."""
        kept = (self.asked, self.found.copy(), self._begun.copy(), self.beyond_s.copy())
        found = await asyncio.gather(*(self._turn(self._begin(), 0) for _ in range(people)))
        self.asked, self.found, self._begun, self.beyond_s = kept
        return all(found)

    def end(self) -> None:
        """Nobody asks anything new."""
        self.is_over = True

    async def _hold_one_after_the_other(self, after_s: float) -> None:
        await asyncio.sleep(after_s)
        turns = self.random.randint(1, self.turns)
        while not self.is_over:
            await self._hold(self._begin(), turns)
            turns = self.turns

    def _begin(self) -> Talk:
        number = next(self._numbers)
        platform = list(Platform)[number % 2]
        return Talk(number, platform, worlds.channel_id(platform, (number // 2) % self.town.channels))

    async def _hold(self, talk: Talk, turns: int) -> None:
        for turn in range(turns):
            if self.is_over or not await self._turn(talk, turn):
                return

    async def _turn(self, talk: Talk, turn: int) -> bool:
        """One question and its answer; whether that was whole."""
        self._begun.add(talk.number)
        self.asked += 1
        began = asyncio.get_running_loop().time()
        message = await self._ask(talk, turn)
        texts = await self._answer(talk, message)
        verdict = figures.verdict(texts, load.expected_words(self.tokens))
        self.found[verdict] += 1
        self.beyond_s.append(round(asyncio.get_running_loop().time() - began - self.answer_s, 2))
        await self._besides(talk, message)
        return verdict is Verdict.WHOLE

    async def _besides(self, talk: Talk, question: str) -> None:
        """What people do now and then beside asking; it may meet a platform whose socket was cut just now."""
        chance, person = self.random.random(), self._person(talk)
        if chance < EDITS:
            if talk.platform is Platform.SLACK:
                edit = {"user": person, "channel": talk.channel, "ts": question, "text": "question, put better"}
                await self._send("PATCH", "slack/control/messages", edit)
            else:
                edit = {"user": person, "content": "question, put better"}
                await self._send("PATCH", f"discord/control/messages/{question}", edit)
        elif chance < EDITS + COMMANDS:
            typed = {"command": "/parley", "text": "help"} if talk.platform is Platform.SLACK else {"command": "forget"}
            body = {"user": person, "channel": talk.channel, **typed}
            await self._send("POST", f"{talk.platform.value}/control/commands", body)

    async def _send(self, verb: str, path: str, body: dict[str, str]) -> None:
        server, _, rest = path.partition("/")
        async with self.town.http.request(verb, f"{self.town.urls[server]}/{rest}", json=body) as answer:
            if answer.status >= 400 and answer.status != 503:
                raise aiohttp.ClientError(f"{verb} {path}: {answer.status} {await answer.text()}")

    def _person(self, talk: Talk) -> str:
        return worlds.person_id(talk.platform, talk.number % self.town.people)

    async def _ask(self, talk: Talk, turn: int) -> str:
        """The id of the question."""
        person = self._person(talk)
        said = "text" if talk.platform is Platform.SLACK else "content"
        body = {"user": person, "channel": talk.channel, said: f"@Parley question {talk.number}, number {turn}"}
        if talk.root:
            body |= {"thread_ts": talk.root} if talk.platform is Platform.SLACK else {"reply_to": talk.last}
        answer = await self.town.post(talk.platform.value, "/control/messages", body)
        message = str(answer["ts" if talk.platform is Platform.SLACK else "id"])
        talk.root = talk.root or message
        return message

    async def _answer(self, talk: Talk, question: str) -> list[str]:
        """The texts that answer it, once they are whole or it is no use to wait longer."""
        last_word = load.expected_words(self.tokens)[-1]
        deadline = asyncio.get_running_loop().time() + self.answer_s + PATIENCE_S
        while True:
            shown = self._shown(talk, question)
            texts = [text.strip() for _, text in shown]
            if (texts and texts[-1].endswith(last_word)) or asyncio.get_running_loop().time() > deadline:
                talk.last = shown[-1][0] if shown else ""
                return texts
            await asyncio.sleep(LOOK_EVERY_S)

    def _shown(self, talk: Talk, question: str) -> list[tuple[str, str]]:
        """The messages after a question that answer it, by id."""
        if talk.platform is Platform.SLACK:
            channel = self.town.slack.channels[talk.channel]
            later = [channel.messages[ts] for ts in channel.messages[talk.root].replies if ts > question]
            return [(one.ts, one.text or "") for one in later if self.town.slack.is_mine(one)]
        found = []
        for message in reversed(self.town.discord.channels[int(talk.channel)].messages.values()):
            if message.id <= int(question):
                break
            if message.reference and message.reference.message_id == int(question):
                found.append((str(message.id), message.content))
        return found[::-1]

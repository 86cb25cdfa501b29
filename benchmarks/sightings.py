"""What people saw of each answer, read from the local servers' own state; all times are unix seconds."""

import re
import time
from collections.abc import Iterable, Iterator

import msgspec

from bots.playground.discord.entities import Message as DiscordMessage
from bots.playground.discord.world import DiscordWorld
from bots.playground.slack.channels import Channel as SlackChannel
from bots.playground.slack.messages import Message as SlackMessage
from bots.playground.slack.world import SlackWorld

QUESTION = re.compile(r"\bquestion (\d+)\b")


class Sighting(msgspec.Struct, frozen=True):
    """One question and the messages that answer it: when the first one came, and when any of them last changed."""

    number: int
    asked_at: float
    first_at: float | None
    last_at: float | None
    texts: list[str]
    edits: int


def number_in(text: str | None) -> int | None:
    """The number of the question in a text."""
    found = QUESTION.search(text or "")
    return int(found[1]) if found else None


def on_slack(world: SlackWorld) -> Iterator[Sighting]:
    """Every question, with the app's messages in its thread."""
    started = time.time() - time.monotonic()
    for channel in world.channels.values():
        for root in channel.messages.values():
            number = None if root.is_reply or world.is_mine(root) else number_in(root.text)
            if number is not None:
                yield _slack_sighting(world, channel, root, number, started)


def _slack_sighting(
    world: SlackWorld, channel: SlackChannel, root: SlackMessage, number: int, started: float
) -> Sighting:
    answers = [answer for ts in root.replies if world.is_mine(answer := channel.messages[ts])]
    return Sighting(
        number=number,
        asked_at=started + root.posted_at,
        first_at=min((started + answer.posted_at for answer in answers), default=None),
        last_at=max((started + answer.changed_at for answer in answers), default=None),
        texts=[answer.text or "" for answer in answers],
        edits=sum(answer.edits for answer in answers),
    )


def on_discord(world: DiscordWorld) -> Iterator[Sighting]:
    """Every question, with the bot's messages that reply to it, or all of them where it is the only one in its channel:
    the further messages of a long answer reply to nothing."""
    for channel in world.channels.values():
        asked = [message for message in channel.messages.values() if _number(message) is not None]
        said = [message for message in channel.messages.values() if message.author.id == world.bot.id]
        answers = {asked[0].id: said} if len(asked) == 1 else _by_question(said)
        for question in asked:
            yield _discord_sighting(question, answers.get(question.id, []), _number(question) or 0)


def _number(message: DiscordMessage) -> int | None:
    return None if message.author.bot else number_in(message.content)


def _by_question(said: Iterable[DiscordMessage]) -> dict[int, list[DiscordMessage]]:
    found: dict[int, list[DiscordMessage]] = {}
    for message in said:
        if message.reference:
            found.setdefault(message.reference.message_id, []).append(message)
    return found


def _discord_sighting(asked: DiscordMessage, answers: list[DiscordMessage], number: int) -> Sighting:
    return Sighting(
        number=number,
        asked_at=asked.created_at,
        first_at=min((answer.created_at for answer in answers), default=None),
        last_at=max((answer.edited_at or answer.created_at for answer in answers), default=None),
        texts=[answer.content for answer in answers],
        edits=sum(answer.edits for answer in answers),
    )

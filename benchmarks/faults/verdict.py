"""Whether every question was answered once, and whether what is stored is what people see."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from benchmarks.faults.town import Question, Town
from core import texts
from storage.states import UNSETTLED, ReplyState
from storage.tables import Channel, Message, Reply, Segment
from storage.words import Platform

NOTES = (texts.INTERRUPTED, texts.STOPPED, *texts.ENDINGS.values(), *texts.MODEL_TROUBLE.values(), texts.UNREACHABLE)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is stored of one question's reply."""

    state: ReplyState
    text: str
    segments: tuple[str, ...]


def kept(session: Session) -> dict[Question, list[Kept]]:
    """Every reply, by its question."""
    found: dict[Question, list[Kept]] = {}
    rows = session.execute(
        select(Reply, col(Channel.platform_id), col(Message.platform_id))
        .join(Message, col(Message.id) == Reply.trigger_id)
        .join(Channel, col(Channel.id) == Message.channel_id)
    ).all()
    for reply, channel, message_id in rows:
        answer = session.get(Message, reply.answer_id) if reply.answer_id else None
        its = select(col(Segment.platform_id)).where(col(Segment.reply_id) == reply.id).order_by(col(Segment.number))
        segments = tuple(session.execute(its).scalars())
        platform = Platform.SLACK if "." in message_id else Platform.DISCORD
        one = Kept(ReplyState(reply.state), answer.text if answer else "", segments)
        found.setdefault(Question(platform, channel, message_id), []).append(one)
    return found


def unsettled(found: dict[Question, list[Kept]], asked: list[Question]) -> int:
    """How many questions have no reply yet, or one that is not settled."""
    return sum(not found.get(one) or found[one][0].state in UNSETTLED for one in asked)


def complaints(found: dict[Question, list[Kept]], town: Town) -> list[str]:
    """Every question that was not answered as it must be, and why."""
    shown = {platform: seen(town, platform) for platform in Platform}
    return [
        f"{one.platform} {one.id}: {reason}"
        for one in town.asked
        if (reason := _complaint(found.get(one, []), shown[one.platform].get(one.id, [])))
    ]


def _complaint(stored: list[Kept], shown: list[tuple[str, str]]) -> str:
    if len(stored) != 1:
        return f"{len(stored)} replies"
    reply = stored[0]
    if reply.state in UNSETTLED:
        return f"still {reply.state}"
    ids, text = [message_id for message_id, _ in shown], "".join(said for _, said in shown)
    if sorted(ids) != sorted(reply.segments):
        return f"{reply.state}: shown in {ids}, stored in {list(reply.segments)}"
    if not shown:
        return "nothing is shown"
    rest = text.removeprefix(reply.text.strip())
    if not text.startswith(reply.text.strip()) or (rest and not any(note in rest for note in NOTES if note)):
        return f"{reply.state}: shown {text[-120:]!r}, stored {reply.text[-120:]!r}"
    return ""


def seen(town: Town, platform: Platform) -> dict[str, list[tuple[str, str]]]:
    """Parley's messages with their texts, by the question that they answer."""
    found: dict[str, list[tuple[str, str]]] = {}
    if platform is Platform.SLACK:
        for channel in town.slack.channels.values():
            for root in channel.messages.values():
                own = [channel.messages[ts] for ts in root.replies if town.slack.is_mine(channel.messages[ts])]
                found[root.ts] = [(one.ts, _markdown(one.blocks) or one.text or "") for one in own]
        return found
    for place in town.discord.channels.values():
        for message in place.messages.values():
            if message.author.id == town.discord.bot.id and message.reference:
                found.setdefault(str(message.reference.message_id), []).append((str(message.id), message.content))
    return found


def _markdown(blocks: object) -> str:
    listed = blocks if isinstance(blocks, list) else []
    return "".join(str(block["text"]) for block in listed if block.get("type") == "markdown")

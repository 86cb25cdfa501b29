"""All that a reply needs of the database, done once and undone.

The statements are made when they are first run, which takes as long as the rest of a reply: nobody should wait for it.
"""

from contextlib import suppress
from datetime import UTC, datetime

from sqlmodel import Session

from storage import claims, configurations, ledger, replies, threads
from storage.claims import Work
from storage.database import Database
from storage.incoming import Author, Incoming, Place
from storage.ledger import SoFar
from storage.replies import Outcome
from storage.spending import Bill
from storage.states import ReplyState
from storage.words import Platform

NOBODY = "rehearsal"


class Undone(Exception):
    """It was a rehearsal: nothing of it stays."""


async def rehearse(database: Database) -> None:
    """Keep a question, take it up, write down what is said and settle it, in a transaction that is undone."""
    with suppress(Undone):
        await database.run(_rehearse)


def _rehearse(session: Session) -> None:
    kept = threads.keep(session, _question())
    work = claims.claim(session, kept.thread_id or 0, 1, runner=NOBODY)
    if work is not None:
        _answer(session, work)
    raise Undone


def _question() -> Incoming:
    return Incoming(
        place=Place(platform=Platform.SLACK, workspace_id=NOBODY, channel_id=NOBODY),
        thread_key=NOBODY,
        posts_in=NOBODY,
        message_id=NOBODY,
        position=0,
        author=Author(id=NOBODY, name=NOBODY),
        text=NOBODY,
        sent_at=datetime.now(UTC),
        asks=True,
    )


def _answer(session: Session, work: Work) -> None:
    configurations.read(session, work.workspace_row)
    ledger.look(session, [(work.reply_id, work.epoch, SoFar(NOBODY))], [work.reply_id])
    replies.add_segment(session, work, 0, NOBODY)
    bill = Bill(workspace_id=work.workspace_row, day="", channel_row=work.channel_row, channel_id=NOBODY)
    replies.settle(session, work, Outcome(state=ReplyState.DONE, messages=1, text=NOBODY, bill=bill))
    ledger.neighbours(session, NOBODY)

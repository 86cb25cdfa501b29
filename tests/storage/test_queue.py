"""What a worker asks of the queue, on PostgreSQL."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlmodel import Session

from storage import claims, ledger, queue, replies, threads
from storage.claims import Work
from storage.database import Database
from storage.queue import Empty, Job
from storage.replies import Outcome
from storage.states import ReplyState
from tests.postgres import Databases
from tests.storage.samples import said


@pytest.fixture
async def database(postgres: Databases) -> AsyncIterator[Database]:
    with postgres.migrated() as url:
        opened = await Database.open(url)
        yield opened
        await opened.close()


def worker(session: Session) -> int:
    return int(session.execute(text("select * from procrastinate_register_worker_v1()")).scalar_one())


def fetched(session: Session, worker_id: int) -> Job | None:
    """The next job of the queue, as a worker gets it."""
    fetch = text("select id, args from procrastinate_fetch_job_v2(array['replies.slack'], :worker)")
    row = session.execute(fetch, {"worker": worker_id}).one()
    return Job(row[0], worker_id, row[1]["thread_id"]) if row[0] is not None else None


def grown_old(session: Session, worker_id: int) -> None:
    aged = text("update procrastinate_workers set last_heartbeat = now() - interval '1 minute' where id = :worker")
    session.execute(aged, {"worker": worker_id})


def jobs(session: Session) -> list[tuple[str, str, str]]:
    found = session.execute(text("select queue_name, lock, status::text from procrastinate_jobs order by id"))
    return [(row[0], row[1], row[2]) for row in found]


async def test_a_reply_puts_its_job_in_when_it_is_queued(database: Database) -> None:
    await database.run(threads.keep, said(1))
    await database.run(threads.keep, said(2, asks=False, thread_key="9"))
    assert await database.run(jobs) == [("replies.slack", "thread:1", "todo")]


async def test_a_further_version_puts_a_job_in_too(database: Database) -> None:
    await database.run(threads.keep, said(1))
    work = await database.run(claims.claim, 1, 10)
    assert work is not None
    await database.run(replies.settle, work, Outcome(state=ReplyState.DONE, text="hi"))
    await database.run(replies.again, work.reply_id)
    assert len(await database.run(jobs)) == 2


async def test_one_job_of_a_thread_is_given_out_at_a_time(database: Database) -> None:
    one, two = await database.run(worker), await database.run(worker)
    await database.run(threads.keep, said(1))
    job = await database.run(fetched, one)
    assert job is not None
    assert isinstance(await database.run(queue.claim, job, 10, "one"), Work)
    await database.run(threads.keep, said(2))
    assert await database.run(fetched, two) is None


async def test_the_jobs_of_a_silent_worker_are_put_back_once(database: Database) -> None:
    one, two = await database.run(worker), await database.run(worker)
    await database.run(threads.keep, said(1))
    job = await database.run(fetched, one)
    assert job is not None
    assert await database.run(queue.rescue, 2.5) == 0
    await database.run(grown_old, one)
    assert [await database.run(queue.rescue, 2.5) for _ in range(2)] == [1, 0]
    again = await database.run(fetched, two)
    assert again is not None
    assert await database.run(queue.claim, job, 10, "one") is Empty.TAKEN
    assert await database.run(queue.is_taken, job)
    assert isinstance(await database.run(queue.claim, again, 10, "two"), Work)


async def test_a_thread_that_waits_without_a_job_gets_one(database: Database) -> None:
    await database.run(threads.keep, said(1))
    assert await database.run(queue.defer_forgotten) == 0
    await database.run(lambda session: session.execute(text("delete from procrastinate_jobs")))
    assert await database.run(queue.defer_forgotten) == 1
    assert await database.run(jobs) == [("replies.slack", "thread:1", "todo")]


async def test_a_job_says_why_it_gives_no_reply(database: Database) -> None:
    one = await database.run(worker)
    await database.run(threads.keep, said(1), opens_with_more=True)
    job = await database.run(fetched, one)
    assert job is not None
    assert await database.run(queue.claim, job, 10, "one") is Empty.NOT_YET
    await database.run(ledger.ask_to_stop, 1)
    assert await database.run(queue.claim, job, 10, "one") is Empty.DONE


async def test_workers_that_live_are_counted(database: Database) -> None:
    one, two = await database.run(worker), await database.run(worker)
    assert await database.run(queue.other_workers, one, 2.5) == 1
    await database.run(grown_old, two)
    assert await database.run(queue.other_workers, one, 2.5) == 0
    await database.run(queue.beat, two)
    assert await database.run(queue.other_workers, one, 2.5) == 1

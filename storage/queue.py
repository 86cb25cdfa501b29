"""The queue on PostgreSQL that workers take threads from: procrastinate's tables, and what Parley asks of them.

A queued reply puts its thread's job in by itself (`migrations/versions/0007_ledger_and_queue.py`).
"""

from dataclasses import dataclass
from enum import Enum, auto

from sqlalchemy import text
from sqlmodel import Session

from storage import claims, ledger
from storage.claims import Work
from storage.words import Platform

TASK = "parley.thread"

HELD = text("select id from procrastinate_jobs where id = :job and worker_id = :worker and status = 'doing' for share")
TAKEN = text("select id from procrastinate_jobs where id = :job and (worker_id <> :worker or status = 'todo')")
BEAT = text("update procrastinate_workers set last_heartbeat = now() where id = :worker")
STALLED = text(
    """
    update procrastinate_jobs job set status = 'todo', attempts = attempts + 1, scheduled_at = null,
        abort_requested = false
    where job.status = 'doing' and job.task_name = :task and (job.worker_id is null or exists (
        select 1 from procrastinate_workers worker
        where worker.id = job.worker_id and worker.last_heartbeat < now() - make_interval(secs => :silent_s)
    ))
    returning job.id
    """
)
FORGOTTEN = text(
    """
    insert into procrastinate_jobs (queue_name, task_name, lock, args)
    select distinct on (reply.thread_id) 'replies.' || workspace.platform, :task, 'thread:' || reply.thread_id,
        jsonb_build_object('thread_id', reply.thread_id)
    from reply
    join thread on thread.id = reply.thread_id
    join channel on channel.id = thread.channel_id
    join workspace on workspace.id = channel.workspace_id
    where reply.state in ('queued', 'running') and not exists (
        select 1 from procrastinate_jobs job
        where job.lock = 'thread:' || reply.thread_id and job.status in ('todo', 'doing')
    )
    returning id
    """
)
PRUNE = text("delete from procrastinate_workers where last_heartbeat < now() - make_interval(secs => :silent_s)")
LIVES = text(
    """
    select count(*) from procrastinate_workers
    where id = :worker and last_heartbeat > now() - make_interval(secs => :silent_s)
    """
)
OTHERS = text(
    """
    select count(*) from procrastinate_workers
    where id <> :worker and last_heartbeat > now() - make_interval(secs => :silent_s)
    """
)


@dataclass(frozen=True, slots=True)
class Job:
    """A thread that a worker was given to answer in."""

    id: int
    worker_id: int
    thread_id: int


class Empty(Enum):
    """Why a job gives no reply to make."""

    DONE = auto()  # nothing is left to be answered
    NOT_YET = auto()  # a reply waits for what is being fetched
    TAKEN = auto()  # the job is another worker's now


def name(platform: Platform) -> str:
    """The queue of a platform's threads: a worker serves the platforms that it has tokens for."""
    return f"replies.{platform}"


def claim(session: Session, job: Job, history_limit: int, runner: str) -> Work | Empty:
    """Take up the next reply of a job's thread, if the job is still this worker's."""
    if session.execute(HELD, {"job": job.id, "worker": job.worker_id}).first() is None:
        return Empty.TAKEN
    work = claims.claim(session, job.thread_id, history_limit, runner=runner)
    if work is not None:
        return work
    return Empty.NOT_YET if ledger.is_waiting(session, job.thread_id) else Empty.DONE


def is_taken(session: Session, job: Job) -> bool:
    """Whether a job is being done by another worker, or waits for one."""
    return session.execute(TAKEN, {"job": job.id, "worker": job.worker_id}).first() is not None


def beat(session: Session, worker_id: int) -> None:
    """This worker lives."""
    session.execute(BEAT, {"worker": worker_id})


def rescue(session: Session, silent_s: float) -> int:
    """Put back the jobs of workers that were silent for so long; how many."""
    return len(session.execute(STALLED, {"task": TASK, "silent_s": silent_s}).all())


def defer_forgotten(session: Session) -> int:
    """Put in a job for each thread that waits for a reply and has none, for whatever reason; how many."""
    return len(session.execute(FORGOTTEN, {"task": TASK}).all())


def prune(session: Session, silent_s: float) -> None:
    """Forget workers that are gone."""
    session.execute(PRUNE, {"silent_s": silent_s})


def lives(session: Session, worker_id: int, silent_s: float) -> bool:
    """Whether a worker is known to the queue, and has said lately that it lives."""
    return bool(session.execute(LIVES, {"worker": worker_id, "silent_s": silent_s}).scalar_one())


def other_workers(session: Session, worker_id: int, silent_s: float) -> int:
    """How many workers live beside this one."""
    return int(session.execute(OTHERS, {"worker": worker_id, "silent_s": silent_s}).scalar_one())

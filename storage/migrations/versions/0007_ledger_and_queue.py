"""ledger and queue

Revision 0007, after 0006, of 2026-11-22 06:30:00.
"""

from typing import Any

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sqlmodel.sql.sqltypes.UTCDateTime
    op.add_column("reply", sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
    op.add_column("reply", sa.Column("runner", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False))
    op.add_column("reply", sa.Column("text_so_far", sa.Text(), server_default="", nullable=False))
    op.add_column("reply", sa.Column("ready_at", moment(), nullable=True))
    op.add_column("reply", sa.Column("stop_asked_at", moment(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        _make_queue()


def _make_queue() -> None:
    """The queue's own tables, and what Parley adds to them.

    A queued reply puts its job in itself, in the same transaction, whoever queued it. A job that ends wakes the next
    one of its thread, which would otherwise wait until a worker looks again.
    """
    from procrastinate.schema import SchemaManager

    driver: Any = op.get_bind().connection.driver_connection
    driver.execute(SchemaManager.get_schema())
    for statement in QUEUE:
        driver.execute(statement)


QUEUE = (
    """
    create function parley_defer_reply() returns trigger language plpgsql as $$
    begin
        perform procrastinate_defer_jobs_v1(array[row(
            'replies.' || workspace.platform, 'parley.thread', 0, 'thread:' || new.thread_id, null,
            jsonb_build_object('thread_id', new.thread_id), null
        )::procrastinate_job_to_defer_v1])
        from thread
        join channel on channel.id = thread.channel_id
        join workspace on workspace.id = channel.workspace_id
        where thread.id = new.thread_id;
        return null;
    end $$
    """,
    """
    create trigger parley_reply_inserted after insert on reply for each row
    when (new.state = 'queued') execute function parley_defer_reply()
    """,
    """
    create trigger parley_reply_queued after update of state on reply for each row
    when (new.state = 'queued' and old.state <> 'queued') execute function parley_defer_reply()
    """,
    """
    create function parley_lock_released() returns trigger language plpgsql as $$
    declare next record;
    begin
        select id, queue_name into next from procrastinate_jobs
        where lock = old.lock and status = 'todo' and (scheduled_at is null or scheduled_at <= now())
        order by priority desc, id limit 1;
        if found then
            perform pg_notify(
                'procrastinate_queue_v1#' || next.queue_name,
                json_build_object('type', 'job_inserted', 'job_id', next.id)::text
            );
        end if;
        return null;
    end $$
    """,
    """
    create trigger parley_job_ended after update of status on procrastinate_jobs for each row
    when (old.status = 'doing' and new.status <> 'doing' and old.lock is not null)
    execute function parley_lock_released()
    """,
    """
    create trigger parley_job_deleted after delete on procrastinate_jobs for each row
    when (old.status = 'doing' and old.lock is not null) execute function parley_lock_released()
    """,
    """
    create index parley_jobs_of_lock on procrastinate_jobs (lock)
    where lock is not null and status in ('todo', 'doing')
    """,
    """
    alter table procrastinate_jobs set (
        autovacuum_analyze_threshold = 200, autovacuum_analyze_scale_factor = 0.02,
        autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0.02
    )
    """,
)


UNMADE = (
    "drop trigger parley_reply_inserted on reply",
    "drop trigger parley_reply_queued on reply",
    "drop table procrastinate_periodic_defers, procrastinate_events, procrastinate_jobs, procrastinate_workers cascade",
    """
    do $$ declare made record; begin
        for made in select oid::regprocedure as name from pg_proc where proname ~ '^(procrastinate|parley)_' loop
            execute 'drop function ' || made.name || ' cascade';
        end loop;
    end $$
    """,
    "drop type procrastinate_job_to_defer_v1, procrastinate_job_status, procrastinate_job_event_type cascade",
)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        driver: Any = op.get_bind().connection.driver_connection
        for statement in UNMADE:
            driver.execute(statement)
    with op.batch_alter_table("reply", schema=None) as batch_op:
        for column in ("stop_asked_at", "ready_at", "text_so_far", "runner", "attempts"):
            batch_op.drop_column(column)

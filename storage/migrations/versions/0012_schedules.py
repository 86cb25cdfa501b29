"""schedules

Revision 0012, after 0011, of 2026-11-22 07:40:00.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text, moment = sqltypes.AutoString, sqltypes.UTCDateTime
    words = ("posts_in", "thread_key", "creator_id", "creator_name", "spoken", "cron", "timezone")
    op.create_table(
        "schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        *(sa.Column(name, text(), nullable=False) for name in words),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        *(sa.Column(name, moment(), nullable=True) for name in ("next_at", "last_at")),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{table}_id"], [f"{table}.id"], name=f"fk_schedule_{table}_id", ondelete="CASCADE"
            )
            for table in ("workspace", "channel")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_schedule"),
    )
    for column in ("workspace_id", "next_at"):
        op.create_index(f"ix_schedule_{column}", "schedule", [column])
    op.create_table(
        "firing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("fire_at", moment(), nullable=False),
        sa.Column("reply_id", sa.Integer(), nullable=True),
        sa.Column("created_at", moment(), nullable=False),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name="fk_firing_schedule_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name="fk_firing_reply_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_firing"),
        sa.UniqueConstraint("schedule_id", "fire_at", name="uq_firing_schedule_id_fire_at"),
    )
    op.create_index("ix_firing_reply_id", "firing", ["reply_id"])


def downgrade() -> None:
    op.drop_table("firing")
    op.drop_table("schedule")

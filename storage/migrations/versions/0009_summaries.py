"""summaries

Revision 0009, after 0008, of 2026-11-22 07:25:00.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sqltypes.UTCDateTime
    op.create_table(
        "summary",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("up_to_position", sa.BigInteger(), nullable=False),
        sa.Column("up_to_id", sa.Integer(), nullable=False),
        sa.Column("covered", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("model", sqltypes.AutoString(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("tokens_in", "tokens_out")),
        sa.Column("cost_microusd", sa.BigInteger(), nullable=True),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("forgotten_at", moment(), nullable=True),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_summary_thread_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary")),
        sa.UniqueConstraint("thread_id", "version", name=op.f("uq_summary_thread_id_version")),
    )
    op.add_column("thread", sa.Column("told_by", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.drop_column("told_by")
    op.drop_table("summary")

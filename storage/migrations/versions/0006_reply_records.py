"""reply records

Revision 0006, after 0005, of 2026-11-22 06:30:00.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NAMES = ("endpoint", "persona_name")
COUNTS = ("tokens_cached", "tokens_reasoning")
MOMENTS = ("queued_at", "first_token_at", "first_shown_at")


def upgrade() -> None:
    op.create_table(
        "reply_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reply_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("settled_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_reply_record_reply_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_record")),
        sa.UniqueConstraint("reply_id", "version", name=op.f("uq_reply_record_reply_id_version")),
    )
    for column in _added():
        op.add_column("reply", column)


def _added() -> list[sa.Column[Any]]:
    text, moment = sqltypes.AutoString, sqltypes.UTCDateTime
    return [
        *(sa.Column(name, text(), server_default="", nullable=False) for name in NAMES),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in COUNTS),
        sa.Column("cost_microusd", sa.BigInteger(), nullable=True),
        *(sa.Column(name, moment(), nullable=True) for name in MOMENTS),
    ]


def downgrade() -> None:
    with op.batch_alter_table("reply", schema=None) as batch_op:
        for column in _added():
            batch_op.drop_column(column.name)
    op.drop_table("reply_record")

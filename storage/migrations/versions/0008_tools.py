"""tools

Revision 0008, after 0007, of 2026-11-22 07:05:00.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STATES = ("asking", "allowed", "running", "done", "failed", "refused")
ASKS = ("always", "changes", "never")


def upgrade() -> None:
    text, moment = sqltypes.AutoString, sqltypes.UTCDateTime
    op.create_table(
        "tool_turn",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reply_id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(name, text(), nullable=False) for name in ("call_id", "name")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("arguments", "said")),
        sa.Column("state", text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        *(sa.Column(name, text(), nullable=False) for name in ("question", "decided_by")),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("ended_at", moment(), nullable=True),
        sa.CheckConstraint(_one_of("state", STATES), name=op.f("ck_tool_turn_state")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_tool_turn_reply_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["answer_id"], ["message.id"], name=op.f("fk_tool_turn_answer_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool_turn")),
        sa.UniqueConstraint(
            "reply_id", "version", "round", "number", name=op.f("uq_tool_turn_reply_id_version_round_number")
        ),
    )
    op.create_index(op.f("ix_tool_turn_answer_id"), "tool_turn", ["answer_id"])
    _make_quotes()
    _make_servers()


def _make_quotes() -> None:
    op.create_table(
        "tool_quote",
        sa.Column("tool_turn_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tool_turn_id"], ["tool_turn.id"], name=op.f("fk_tool_quote_tool_turn_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_tool_quote_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tool_turn_id", "message_id", name=op.f("pk_tool_quote")),
    )
    op.create_index(op.f("ix_tool_quote_message_id"), "tool_quote", ["message_id"])


def _make_servers() -> None:
    op.create_table(
        "tool_server",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("name", sqltypes.AutoString(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("url", "key")),
        sa.Column("asks", sqltypes.AutoString(), nullable=False),
        sa.Column("changed_at", sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint(_one_of("asks", ASKS), name=op.f("ck_tool_server_asks")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_tool_server_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool_server")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_tool_server_workspace_id_name")),
    )


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def downgrade() -> None:
    for table in ("tool_quote", "tool_turn", "tool_server"):
        op.drop_table(table)

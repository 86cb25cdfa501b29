"""attachments

Revision 0004, after 0003, of 2026-11-22 04:31:00.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('pending', 'text', 'image', 'left_out')", name=op.f("ck_attachment_kind")),
        sa.CheckConstraint("length(image) <= 1000000", name=op.f("ck_attachment_image")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_attachment_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("message_id", "number", name=op.f("uq_attachment_message_id_number")),
    )
    is_pending = sa.text("kind = 'pending'")
    op.create_index(
        "ix_attachment_pending",
        "attachment",
        ["message_id"],
        unique=False,
        sqlite_where=is_pending,
        postgresql_where=is_pending,
    )


def downgrade() -> None:
    op.drop_index("ix_attachment_pending", table_name="attachment")
    op.drop_table("attachment")

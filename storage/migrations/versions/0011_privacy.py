"""privacy

Revision 0011, after 0010, of 2026-11-22 07:45:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workspace", sa.Column("retention_days", sa.Integer(), nullable=True))
    op.add_column("workspace", sa.Column("access", sa.Text(), nullable=False, server_default="{}"))


def downgrade() -> None:
    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.drop_column("access")
        batch_op.drop_column("retention_days")

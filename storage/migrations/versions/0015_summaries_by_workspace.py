"""summaries by workspace

Revision 0015, after 0014, of 2026-11-22 09:40:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workspace", sa.Column("summaries", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.drop_column("summaries")

"""tallies

Revision 0016, after 0015, of 2026-11-22 12:50:00.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("key", sqltypes.AutoString(), nullable=False),
        sa.Column("marks", sqltypes.AutoString(), nullable=False),
        sa.Column("touched_at", sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_tally"),
    )


def downgrade() -> None:
    op.drop_table("tally")

"""admin sessions

Revision 0013, after 0012, of 2026-11-22 09:30:00.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "admin_session",
        sa.Column("digest", sqltypes.AutoString(), nullable=False),
        sa.Column("expires_at", sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_admin_session"),
    )


def downgrade() -> None:
    op.drop_table("admin_session")

"""personas, models and changes

Revision 0005, after 0004, of 2026-11-22 06:20:00.
"""

from uuid import uuid4

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "endpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("base_url", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("model", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("changed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_endpoint_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endpoint")),
        sa.UniqueConstraint("workspace_id", name=op.f("uq_endpoint_workspace_id")),
    )
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("actor_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("actor_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("deed", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_change_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    op.create_index(op.f("ix_change_workspace_id_id"), "change", ["workspace_id", "id"])
    op.create_index(op.f("ix_change_workspace_id_subject_key_id"), "change", ["workspace_id", "subject_key", "id"])
    for table, columns in ADDED.items():
        for column in columns():
            op.add_column(table, column)
    _give_keys()


def _short(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), server_default=default, nullable=False)


def _long(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


ADDED = {
    "workspace": lambda: (
        _short("model"),
        _long("models", "[]"),
        _long("managers", "[]"),
        sa.Column("channel_managers", sa.Boolean(), server_default=sa.true(), nullable=False),
        _short("timezone", "UTC"),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
    ),
    "persona": lambda: (
        _short("key"),
        _short("model"),
        sa.Column("temperature", sa.Float(), nullable=True),
        _short("effort"),
        _long("tools", "[]"),
        _short("display_name"),
        _long("icon"),
    ),
    "channel": lambda: (_long("topic"), _short("model")),
}


def _give_keys() -> None:
    """Each persona that was there before is told apart for good, too."""
    connection = op.get_bind()
    persona = sa.table("persona", sa.column("id", sa.Integer), sa.column("key", sa.String))
    for row_id in connection.execute(sa.select(persona.c.id)).scalars().all():
        connection.execute(persona.update().where(persona.c.id == row_id).values(key=uuid4().hex))


def downgrade() -> None:
    for table, columns in ADDED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns():
                batch_op.drop_column(column.name)
    op.drop_table("change")
    op.drop_table("endpoint")

"""wide ids

Revision 0014, after 0013, of 2026-11-22 09:30:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Ids that refer to rows which may be gone.
LOOSE = (("thread", "told_by"), ("summary", "base_id"), ("summary", "up_to_id"), ("cap_notice", "reply_id"))
KEYS = """
    select distinct related.relname, attribute.attname
    from pg_constraint
    join pg_class related on related.oid = pg_constraint.conrelid
    join pg_attribute attribute on attribute.attrelid = related.oid and attribute.attnum = any(pg_constraint.conkey)
    where pg_constraint.contype in ('p', 'f') and pg_constraint.connamespace = current_schema()::regnamespace
        and attribute.atttypid = cast(:type as regtype) and related.relname not like 'procrastinate%'
    order by 1, 2
"""


def upgrade() -> None:
    """Every id of PostgreSQL's has 64 bits from now on; SQLite's have them anyway."""
    _change("integer", "bigint")


def downgrade() -> None:
    _change("bigint", "integer")


def _change(before: str, after: str) -> None:
    """All columns of a table at once, so that it is written once."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    columns: dict[str, list[str]] = {}
    for table, column in (*connection.execute(sa.text(KEYS), {"type": before}), *LOOSE):
        columns.setdefault(table, []).append(column)
    for table, names in columns.items():
        changes = ", ".join(f'alter column "{name}" type {after}' for name in names)
        op.execute(f'alter table "{table}" {changes}')
        if "id" in names:
            op.execute(f'alter sequence "{table}_id_seq" as {after}')

"""spending

Revision 0010, after 0009, of 2026-11-22 07:30:00.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

REACHES = ("workspace", "channel", "person")
PERIODS = ("day", "month")
UNITS = ("usd", "tokens")
KEY = ("workspace_id", "reach", "subject", "period", "unit")


def upgrade() -> None:
    _make_spending()
    _make_spent()
    _make_caps()
    _make_reservations()
    _count_what_was_spent()


def _make_spending() -> None:
    key = ("workspace_id", "day", "channel_id", "person_id", "persona", "model")
    op.create_table(
        "spending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("day", sqltypes.AutoString(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        *_texts("person_id", "person_name", "persona", "model"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("replies", "unpriced")),
        *_sums("tokens_in", "tokens_out", "tokens_cached", "tokens_reasoning", "cost_microusd"),
        _of("workspace", "spending"),
        _of("channel", "spending"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spending")),
        sa.UniqueConstraint(*key, name=op.f(f"uq_spending_{'_'.join(key)}")),
    )


def _make_spent() -> None:
    op.create_table(
        "spent",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        *_texts("reach", "subject", "day"),
        *_sums("tokens", "cost_microusd"),
        sa.CheckConstraint(_one_of("reach", REACHES), name=op.f("ck_spent_reach")),
        _of("workspace", "spent"),
        sa.PrimaryKeyConstraint("workspace_id", "reach", "subject", "day", name=op.f("pk_spent")),
    )


def _make_caps() -> None:
    op.create_table(
        "cap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        *_texts("reach", "subject", "name", "period", "unit"),
        *_sums("amount"),
        sa.CheckConstraint(_one_of("reach", REACHES), name=op.f("ck_cap_reach")),
        sa.CheckConstraint(_one_of("period", PERIODS), name=op.f("ck_cap_period")),
        sa.CheckConstraint(_one_of("unit", UNITS), name=op.f("ck_cap_unit")),
        _of("workspace", "cap"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cap")),
        sa.UniqueConstraint(*KEY, name=op.f(f"uq_cap_{'_'.join(KEY)}")),
    )
    op.create_table(
        "cap_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        *_texts("reach", "subject", "period", "unit", "since"),
        sa.Column("reply_id", sa.Integer(), nullable=False),
        _of("workspace", "cap_notice"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cap_notice")),
        sa.UniqueConstraint(*KEY, "since", name=op.f(f"uq_cap_notice_{'_'.join(KEY)}_since")),
    )


def _make_reservations() -> None:
    op.create_table(
        "reservation",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("reply_id", "epoch", "workspace_id")),
        *_texts("channel", "person", "day"),
        *_sums("tokens", "cost_microusd"),
        _of("reply", "reservation"),
        _of("workspace", "reservation"),
        sa.PrimaryKeyConstraint("reply_id", name=op.f("pk_reservation")),
    )
    op.create_index(op.f("ix_reservation_workspace_id"), "reservation", ["workspace_id"])


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sqltypes.AutoString(), nullable=False) for name in names]


def _sums(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _of(owner: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{owner}_id")
    return sa.ForeignKeyConstraint([f"{owner}_id"], [f"{owner}.id"], name=name, ondelete="CASCADE")


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def _count_what_was_spent() -> None:
    """Of the replies that there are, by days of UTC."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    day = "to_char(settled_at at time zone 'UTC', 'YYYY-MM-DD')" if on_postgresql else "substr(settled_at, 1, 10)"
    op.execute(ROLL_UP.format(day=day))
    for reach, subject, source in (
        ("workspace", "''", ""),
        ("channel", "channel.platform_id", "join channel on channel.id = spending.channel_id"),
        ("person", "spending.person_id", ""),
    ):
        op.execute(SUM_UP.format(reach=reach, subject=subject, source=source))


ROLL_UP = """
    insert into spending (workspace_id, day, channel_id, person_id, person_name, persona, model, replies, unpriced,
        tokens_in, tokens_out, tokens_cached, tokens_reasoning, cost_microusd)
    select channel.workspace_id, {day}, channel.id, message.author_id, max(message.author_name), reply.persona_name,
        case when reply.endpoint in ('', 'default') then '' else reply.endpoint || '/' end || reply.model,
        count(*), sum(case when reply.cost_microusd is null then 1 else 0 end),
        sum(coalesce(tokens_in, 0)), sum(coalesce(tokens_out, 0)), sum(coalesce(tokens_cached, 0)),
        sum(coalesce(tokens_reasoning, 0)), sum(coalesce(cost_microusd, 0))
    from reply
    join message on message.id = reply.trigger_id
    join thread on thread.id = reply.thread_id
    join channel on channel.id = thread.channel_id
    where settled_at is not null and reply.model <> ''
    group by 1, 2, 3, 4, 6, 7
"""
SUM_UP = """
    insert into spent (workspace_id, reach, subject, day, tokens, cost_microusd)
    select spending.workspace_id, '{reach}', {subject}, day, sum(tokens_in + tokens_out), sum(cost_microusd)
    from spending {source}
    group by 1, 3, 4
"""


def downgrade() -> None:
    for table in ("reservation", "cap_notice", "cap", "spent", "spending"):
        op.drop_table(table)

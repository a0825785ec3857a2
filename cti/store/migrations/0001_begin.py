"""Events, states, calls, the switch's CDRs, recordings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

moment = sa.DateTime(timezone=True)
row_number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "events",
        sa.Column("sequence", row_number, primary_key=True, autoincrement=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("type", sa.String(60), nullable=False),
        sa.Column("call", sa.String(26)),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_call", "events", ["call"])
    op.create_table(
        "states",
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("key", sa.String(120), primary_key=True),
        sa.Column("data", sa.Text, nullable=False),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("switch", sa.String(40), nullable=False),
        sa.Column("trunk", sa.String(40), nullable=False),
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("caller_kind", sa.String(16), nullable=False),
        sa.Column("caller_index", sa.String(32), nullable=False),
        sa.Column("caller_last_four", sa.String(32), nullable=False),
        sa.Column("called", sa.String(40), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("arrived_at", moment, nullable=False),
        sa.Column("answered_at", moment),
        sa.Column("ended_at", moment),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("queue", sa.String(40), nullable=False),
        sa.Column("agents", sa.JSON, nullable=False),
        sa.Column("recordings", sa.JSON, nullable=False),
        sa.Column("wait_seconds", sa.Float, nullable=False, server_default="0"),
        sa.Column("talk_seconds", sa.Float, nullable=False, server_default="0"),
        sa.Column("satisfaction", sa.String(16), nullable=False),
        sa.Column("score", sa.Integer),
        sa.Column("data", sa.Text, nullable=False),
    )
    op.create_index("ix_calls_arrived_at", "calls", ["arrived_at"])
    op.create_index("ix_calls_organisation_arrived_at", "calls", ["organisation", "arrived_at"])
    op.create_index("ix_calls_caller_index_arrived_at", "calls", ["caller_index", "arrived_at"])
    op.create_index("ix_calls_caller_last_four_arrived_at", "calls", ["caller_last_four", "arrived_at"])
    still_open = sa.text("ended_at IS NULL")
    op.create_index("ix_calls_open", "calls", ["id"], sqlite_where=still_open, postgresql_where=still_open)
    op.create_table(
        "call_names",
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("call", sa.String(26), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "switch_cdrs",
        sa.Column("switch", sa.String(40), primary_key=True),
        sa.Column("unique", sa.String(80), primary_key=True),
        sa.Column("call", sa.String(26)),
        sa.Column("leg", sa.String(80), nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("answered_at", moment),
        sa.Column("ended_at", moment),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("disposition", sa.String(24), nullable=False),
        sa.Column("cause", sa.Integer),
        sa.Column("data", sa.Text, nullable=False),
    )
    op.create_index("ix_switch_cdrs_call", "switch_cdrs", ["call"])
    op.create_table(
        "recordings",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("call", sa.String(26), nullable=False),
        sa.Column("agent", sa.String(16), nullable=False),
        sa.Column("leg", sa.String(80), nullable=False),
        sa.Column("path", sa.String(255), nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("seconds", sa.Float),
        sa.Column("bytes", sa.BigInteger),
        sa.Column("channels", sa.Integer, nullable=False, server_default="2"),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("repaired", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("detail", sa.JSON, nullable=False, server_default="{}"),
    )
    op.create_index("ix_recordings_call", "recordings", ["call"])
    op.create_index("ix_recordings_state", "recordings", ["state"])
    op.create_index("ix_recordings_started_at", "recordings", ["started_at"])


def downgrade() -> None:
    """Remove them."""
    for table in ("recordings", "switch_cdrs", "call_names", "calls", "states", "events"):
        op.drop_table(table)

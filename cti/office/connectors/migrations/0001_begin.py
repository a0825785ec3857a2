"""Calls of other systems, and what they tell us."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "connector_calls",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("connector", sa.String(60), nullable=False),
        sa.Column("direction", sa.String(3), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("verb", sa.String(60), nullable=False),
        sa.Column("about", sa.String(80), nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("sender", sa.String(40), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("milliseconds", sa.Integer, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("last_error", sa.String(200), nullable=False),
        sa.Column("repeats", sa.String(26), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_connector_calls"),
        sa.UniqueConstraint("connector", "direction", "key", name="uq_connector_calls_connector_direction_key"),
    )
    open_ = sa.text("state IN ('waiting', 'working')")
    columns = ["connector", "direction", "next_at", "id"]
    op.create_index("ix_connector_calls_open", "connector_calls", columns, sqlite_where=open_, postgresql_where=open_)
    op.create_index("ix_connector_calls_created_at_id", "connector_calls", ["created_at", "id"])
    op.create_index("ix_connector_calls_about_created_at", "connector_calls", ["about", "created_at"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("connector_calls")

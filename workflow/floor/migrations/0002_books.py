"""Talks, visits to queues and agents' days, for the figures."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

moment = sa.DateTime(timezone=True)


def _owned(id_length: int = 32) -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", sa.String(id_length), primary_key=True),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
    )


def _floats(*names: str) -> tuple[sa.Column[Any], ...]:
    return tuple(sa.Column(name, sa.Float, nullable=False) for name in names)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "floor_talks",
        *_owned(),
        sa.Column("call", sa.String(26), nullable=False),
        sa.Column("agent", sa.String(16), nullable=False),
        sa.Column("group", sa.String(40), nullable=False),
        sa.Column("queue", sa.String(60), nullable=False),
        sa.Column("half_hour", sa.String(5), nullable=False),
        sa.Column("began_at", moment, nullable=False),
        *_floats("seconds", "waited"),
        sa.Column("holds", sa.Integer, nullable=False),
        *_floats("held"),
        sa.Column("transferred", sa.String(12), nullable=False),
        sa.Column("rating", sa.String(16), nullable=False),
        sa.Column("outgoing", sa.Boolean, nullable=False),
    )
    op.create_index("ix_floor_talks_began_at_organisation", "floor_talks", ["began_at", "organisation"])
    op.create_index("ix_floor_talks_agent_began_at", "floor_talks", ["agent", "began_at"])
    op.create_table(
        "floor_visits",
        *_owned(),
        sa.Column("call", sa.String(26), nullable=False),
        sa.Column("queue", sa.String(60), nullable=False),
        sa.Column("half_hour", sa.String(5), nullable=False),
        sa.Column("entered_at", moment, nullable=False),
        *_floats("waited"),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("in_time", sa.Boolean, nullable=False),
        sa.Column("again", sa.Boolean, nullable=False),
    )
    op.create_index("ix_floor_visits_entered_at_organisation", "floor_visits", ["entered_at", "organisation"])
    op.create_index("ix_floor_visits_queue_entered_at", "floor_visits", ["queue", "entered_at"])
    op.create_table(
        "floor_agent_days",
        *_owned(),
        sa.Column("agent", sa.String(16), nullable=False),
        sa.Column("group", sa.String(40), nullable=False),
        sa.Column("day", moment, nullable=False),
        *_floats("signed_in", "ready", "occupied", "wrapup", "breaks"),
        sa.Column("offered", sa.Integer, nullable=False),
        sa.Column("answered", sa.Integer, nullable=False),
        sa.Column("planned", sa.Float),
        sa.Column("kept", sa.Float),
    )
    op.create_index("ix_floor_agent_days_day_organisation", "floor_agent_days", ["day", "organisation"])


def downgrade() -> None:
    """Remove them."""
    for table in ("floor_agent_days", "floor_visits", "floor_talks"):
        op.drop_table(table)

"""Alarms and what became of them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "alarms",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("text", sa.String(400), nullable=False),
        sa.Column("raised_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("acknowledged_at", TIME),
        sa.Column("acknowledged_by", sa.String(40), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("told", sa.Integer, nullable=False),
        sa.Column("told_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_alarms"),
    )
    op.create_index("ix_alarms_raised_at_id", "alarms", ["raised_at", "id"])
    op.create_index("ix_alarms_name_raised_at", "alarms", ["name", "raised_at"])
    open_ = sa.text("ended_at IS NULL")
    op.create_index("uq_alarms_open", "alarms", ["name"], unique=True, sqlite_where=open_, postgresql_where=open_)
    op.create_table(
        "alarm_events",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("alarm", sa.String(26), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("text", sa.String(400), nullable=False),
        sa.Column("actor", sa.String(40), nullable=False),
        sa.Column("tone", sa.String(8), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alarm_events"),
    )
    op.create_index("ix_alarm_events_alarm_at_id", "alarm_events", ["alarm", "at", "id"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("alarm_events")
    op.drop_table("alarms")

"""Raised hands, messages from the board, rules of alarms and alarms."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

moment = sa.DateTime(timezone=True)
UP = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "floor_hands",
        *_owned(),
        sa.Column("agent", sa.String(16), nullable=False),
        sa.Column("agent_name", sa.String(40), nullable=False),
        sa.Column("call", sa.String(26), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("raised_at", moment, nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("how", sa.String(12), nullable=False),
        sa.Column("by_name", sa.String(40), nullable=False),
    )
    _by_time("floor_hands", "raised_at")
    _once("uq_floor_hands_up", "floor_hands", ["agent"])
    op.create_table(
        "floor_notes",
        *_owned(),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("sender", sa.String(26), nullable=False),
        sa.Column("sender_name", sa.String(40), nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("at", moment, nullable=False),
    )
    _by_time("floor_notes", "at")
    op.create_table(
        "floor_rules",
        *_owned(),
        sa.Column("created_by", sa.String(26), nullable=False, server_default=""),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("removed_at", moment),
        sa.Column("title", sa.String(30), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("queue", sa.String(60), nullable=False),
        sa.Column("threshold", sa.Float, nullable=False),
        sa.Column("back", sa.Float),
        sa.Column("lasting", sa.Float, nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("sound", sa.Boolean, nullable=False),
        sa.Column("tells", sa.Boolean, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
    )
    op.create_index("ix_floor_rules_updated_at_id", "floor_rules", ["updated_at", "id"])
    op.create_table(
        "floor_alarms",
        *_owned(),
        sa.Column("rule", sa.String(26), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("subject_title", sa.String(60), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("raised_at", moment, nullable=False),
        sa.Column("ended_at", moment),
    )
    _by_time("floor_alarms", "raised_at")
    _once("uq_floor_alarms_open", "floor_alarms", ["rule", "subject"])


def _owned() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
    )


def _by_time(table: str, moment: str) -> None:
    op.create_index(f"ix_{table}_{moment}_id", table, [moment, "id"])
    op.create_index(f"ix_{table}_organisation_{moment}_id", table, ["organisation", moment, "id"])


def _once(name: str, table: str, columns: list[str]) -> None:
    op.create_index(name, table, columns, unique=True, sqlite_where=UP, postgresql_where=UP)


def downgrade() -> None:
    """Remove them."""
    for table in ("floor_alarms", "floor_rules", "floor_notes", "floor_hands"):
        op.drop_table(table)

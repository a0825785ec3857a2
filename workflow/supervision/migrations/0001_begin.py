"""Monitoring points, cards, supervisions by hand."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

moment = sa.DateTime(timezone=True)


def record() -> list[sa.Column[Any]]:
    """The columns of every record."""
    return [
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_by", sa.String(26), nullable=False, server_default=""),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("removed_at", moment),
    ]


def texts(*names: str, length: int | None = None) -> list[sa.Column[Any]]:
    """Texts of one length; without one, any."""
    return [sa.Column(name, sa.String(length) if length else sa.Text, nullable=False) for name in names]


def inspected() -> list[sa.Column[Any]]:
    """The unit that it concerns."""
    return [sa.Column("unit", sa.String(40), nullable=False), sa.Column("unit_region", sa.String(6), nullable=False)]


def index(table: str, *columns: str, unique: bool = False) -> None:
    """An index by its usual name."""
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns), unique=unique)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "monitoring_points",
        *record(),
        *texts("title", length=60),
        *texts("kind", length=40),
        *texts("clock", length=60),
        *texts("urgency", length=8),
        *texts("process", length=60),
        *texts("part", length=12),
        sa.Column("yellow", sa.Integer, nullable=False),
        sa.Column("red", sa.Integer, nullable=False),
        sa.Column("yellow_to", sa.JSON, nullable=False),
        sa.Column("red_to", sa.JSON, nullable=False),
        sa.Column("after", sa.Integer, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("above", sa.JSON, nullable=False),
        sa.Column("used", sa.Boolean, nullable=False),
    )
    index("monitoring_points", "updated_at", "id")
    op.create_table(
        "supervision_cards",
        *record(),
        *inspected(),
        *texts("kind", "record", "number", length=40),
        *texts("name", length=260),
        *texts("link", length=120),
        *texts("root", "case", length=26),
        *texts("clock", length=60),
        *texts("clock_title", length=80),
        *texts("process", length=60),
        *texts("part", length=12),
        *texts("colour", length=8),
        *texts("person", "point", length=26),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("given_at", moment, nullable=False),
        *texts("reason", length=500),
        sa.Column("events", sa.JSON, nullable=False),
        sa.Column("lifted_at", moment),
        *texts("lifted_why", length=40),
        *texts("state", length=10),
        *texts("situation"),
        *texts("ground", length=16),
        *texts("appeal"),
        *texts("checked", length=300),
        *texts("opinion"),
        *texts("decided_by", length=80),
        sa.Column("escalated", sa.Integer, nullable=False),
    )
    index("supervision_cards", "case", "clock", "started_at", "colour", unique=True)
    for columns in (
        ("root", "lifted_at"),
        ("colour", "given_at", "id"),
        ("organisation", "colour", "given_at", "id"),
        ("unit", "colour", "given_at", "id"),
        ("person", "given_at", "id"),
        ("state", "given_at", "id"),
        ("given_at", "id"),
        ("updated_at", "id"),
        ("number",),
    ):
        index("supervision_cards", *columns)
    op.create_table(
        "supervisions",
        *record(),
        *inspected(),
        *texts("number", length=40),
        *texts("ticket", length=26),
        *texts("ticket_name", length=260),
        *texts("source", length=16),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        *texts("situation", "suspected", "opinion"),
        *texts("issued_by", length=80),
        *texts("case", length=26),
        *texts("step", length=80),
        *texts("stage", length=60),
        sa.Column("due_at", moment),
        *texts("reply"),
        *texts("ground", length=16),
        *texts("appeal", "decision"),
        *texts("outcome", length=60),
        sa.Column("ended_at", moment),
    )
    index("supervisions", "number", unique=True)
    for columns in (
        ("updated_at", "id"),
        ("organisation", "stage", "updated_at", "id"),
        ("unit", "stage", "updated_at", "id"),
        ("stage", "updated_at", "id"),
        ("ticket",),
    ):
        index("supervisions", *columns)


def downgrade() -> None:
    """Remove them."""
    for table in ("supervisions", "supervision_cards", "monitoring_points"):
        op.drop_table(table)

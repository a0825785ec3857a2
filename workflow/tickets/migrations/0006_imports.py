"""Tickets of an old system: how its table is read, what was taken over, what was wrong, and their past."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

moment = sa.DateTime(timezone=True)


def _record() -> list[sa.Column[Any]]:
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


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "ticket_import_mappings",
        *_record(),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("words", sa.JSON, nullable=False),
    )
    op.create_table(
        "ticket_imports",
        *_record(),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("mapping", sa.String(26)),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("dry", sa.Boolean, nullable=False),
        *(sa.Column(one, sa.Integer, nullable=False) for one in ("place", "good", "bad", "again", "faults")),
        sa.Column("message", sa.String(400), nullable=False),
        sa.Column("begun_at", moment),
        sa.Column("ended_at", moment),
    )
    for name in ("ticket_import_mappings", "ticket_imports"):
        op.create_index(f"ix_{name}_updated_at_id", name, ["updated_at", "id"])
    op.create_table(
        "ticket_import_faults",
        sa.Column("batch", sa.String(26), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_table(
        "ticket_past",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("ticket", sa.String(26), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("ix_ticket_past_ticket_at_id", "ticket_past", ["ticket", "at", "id"])


def downgrade() -> None:
    """Remove them."""
    for name in ("ticket_past", "ticket_import_faults", "ticket_imports", "ticket_import_mappings"):
        op.drop_table(name)

"""What talks came to, and the reasons."""

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


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "outcome_reasons",
        *record(),
        sa.Column("title", sa.String(20), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("nuisance", sa.Boolean, nullable=False),
        sa.Column("noted", sa.Boolean, nullable=False),
    )
    op.create_index("ix_outcome_reasons_place_id", "outcome_reasons", ["place", "id"])
    op.create_index("ix_outcome_reasons_updated_at_id", "outcome_reasons", ["updated_at", "id"])
    op.create_table(
        "talk_outcomes",
        *record(),
        sa.Column("call", sa.String(26), nullable=False),
        sa.Column("agent", sa.String(16), nullable=False),
        sa.Column("agent_name", sa.String(40), nullable=False),
        sa.Column("queue", sa.String(60), nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("number_index", sa.String(32), nullable=False),
        sa.Column("number_last_four", sa.String(32), nullable=False),
        sa.Column("talked_at", moment, nullable=False),
        sa.Column("seconds", sa.Float),
        sa.Column("how", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(26), nullable=False),
        sa.Column("reason_title", sa.String(20), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("record", sa.String(26), nullable=False),
        sa.Column("record_title", sa.String(80), nullable=False),
        sa.Column("filled_at", moment),
        sa.Column("filled_name", sa.String(40), nullable=False),
        sa.Column("proposal", sa.String(10), nullable=False),
        sa.Column("decided_name", sa.String(40), nullable=False),
        sa.Column("decided_at", moment),
    )
    op.create_index("ix_talk_outcomes_call_agent", "talk_outcomes", ["call", "agent"], unique=True)
    for columns in (
        ("talked_at", "id"), ("how", "talked_at", "id"), ("proposal", "talked_at", "id"),
        ("number_index", "talked_at"), ("number_last_four",),
    ):  # fmt: skip
        op.create_index(f"ix_talk_outcomes_{'_'.join(columns)}", "talk_outcomes", list(columns))


def downgrade() -> None:
    """Remove them."""
    op.drop_table("talk_outcomes")
    op.drop_table("outcome_reasons")

"""Callers who must be called back."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "missed_callers",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("removed_at", moment),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("number_index", sa.String(32), nullable=False),
        sa.Column("number_last_four", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(12), nullable=False),
        sa.Column("queue", sa.String(60), nullable=False),
        sa.Column("call", sa.String(26), nullable=False),
        sa.Column("recording", sa.String(26)),
        sa.Column("seconds", sa.Float),
        sa.Column("calls", sa.Integer, nullable=False, server_default="1"),
        sa.Column("last_at", moment, nullable=False),
        sa.Column("state", sa.String(8), nullable=False, server_default="open"),
        sa.Column("taken_by", sa.String(26), nullable=False, server_default=""),
        sa.Column("taken_name", sa.String(40), nullable=False, server_default=""),
        sa.Column("dialled_at", moment),
        sa.Column("result", sa.String(16), nullable=False, server_default=""),
        sa.Column("note", sa.String(500), nullable=False, server_default=""),
        sa.Column("done_at", moment),
    )
    op.create_index("ix_missed_callers_state_last_at_id", "missed_callers", ["state", "last_at", "id"])
    op.create_index("ix_missed_callers_last_at_id", "missed_callers", ["last_at", "id"])
    op.create_index("ix_missed_callers_number_index_state", "missed_callers", ["number_index", "state"])
    op.create_index("ix_missed_callers_number_last_four", "missed_callers", ["number_last_four"])
    op.create_index("ix_missed_callers_call", "missed_callers", ["call"])
    op.create_index("ix_missed_callers_recording", "missed_callers", ["recording"], unique=True)


def downgrade() -> None:
    """Remove it."""
    op.drop_table("missed_callers")

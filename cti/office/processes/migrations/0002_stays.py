"""How long cases stay at their steps."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "case_stays",
        sa.Column("root", sa.String(26), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("case_id", sa.String(26), nullable=False),
        sa.Column("process", sa.String(60), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("step", sa.String(60), nullable=False),
        sa.Column("entered_at", moment, nullable=False),
        sa.Column("left_at", moment),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.PrimaryKeyConstraint("root", "sequence", name="pk_case_stays"),
    )
    op.create_index("ix_case_stays_case_id_left_at", "case_stays", ["case_id", "left_at"])
    op.create_index("ix_case_stays_process_entered_at", "case_stays", ["process", "entered_at"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("case_stays")

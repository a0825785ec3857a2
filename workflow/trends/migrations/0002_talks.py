"""Talks by what their citizens spoke of."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "trend_talks",
        sa.Column("call", sa.String(26), primary_key=True),
        sa.Column("matter", sa.String(26), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("account", sa.String(400), nullable=False),
        sa.Column("address", sa.String(120), nullable=False),
        sa.Column("place", sa.String(12), nullable=False),
        sa.Column("category", sa.String(26), nullable=False),
        sa.Column("agent", sa.String(16), nullable=False),
        sa.Column("by_hand", sa.Boolean, nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
    )
    for columns in (["matter", "at"], ["at", "call"], ["organisation", "at"], ["changed_at", "call"]):
        op.create_index(f"ix_trend_talks_{'_'.join(columns)}", "trend_talks", columns)


def downgrade() -> None:
    """Take it away."""
    op.drop_table("trend_talks")

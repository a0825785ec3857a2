"""Visits of the knowledge base, by visitor and day."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "knowledge_visits",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("visitor", sa.String(length=26), nullable=False),
        sa.Column("inside", sa.Boolean(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("new_in_month", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_visits")),
        sa.UniqueConstraint("visitor", "day", name=op.f("uq_knowledge_visits_visitor_day")),
    )
    with op.batch_alter_table("knowledge_visits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_visits_at"), ["at"], unique=False)


def downgrade() -> None:
    """Back."""
    op.drop_table("knowledge_visits")

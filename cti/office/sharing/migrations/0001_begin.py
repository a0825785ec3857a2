"""What was shared."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "record_shares",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("record", sa.String(26), nullable=False),
        sa.Column("sort", sa.String(12), nullable=False),
        sa.Column("whom", sa.String(40), nullable=False),
        sa.Column("writes", sa.Boolean, nullable=False),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "record", "sort", "whom", name="pk_record_shares"),
    )
    op.create_index("ix_record_shares_kind_sort_whom_record", "record_shares", ["kind", "sort", "whom", "record"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("record_shares")

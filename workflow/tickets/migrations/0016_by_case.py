"""A ticket is found by its case: figures of time limits join them."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_tickets_case", "tickets", ["case"])


def downgrade() -> None:
    """Remove it."""
    op.drop_index("ix_tickets_case", "tickets")

"""Open work is listed by how long it waits."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_cases_outcome_entered_at_id", "cases", ["outcome", "entered_at", "id"])


def downgrade() -> None:
    """Remove it."""
    op.drop_index("ix_cases_outcome_entered_at_id", "cases")

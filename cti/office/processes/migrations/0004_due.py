"""Figures count the time limits that fell due in a period."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_case_deadlines_due_at", "case_deadlines", ["due_at"])


def downgrade() -> None:
    """Remove it."""
    op.drop_index("ix_case_deadlines_due_at", "case_deadlines")

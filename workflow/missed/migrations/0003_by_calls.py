"""The list of those to call back in the order of how often they called."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """An index for the order."""
    op.create_index("ix_missed_callers_calls_id", "missed_callers", ["calls", "id"])


def downgrade() -> None:
    """None."""
    op.drop_index("ix_missed_callers_calls_id", "missed_callers")

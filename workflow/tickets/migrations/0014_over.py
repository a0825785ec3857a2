"""Lists of what is over, of tickets and of tasks, go by indexes of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

COLUMNS = [
    "updated_at", "id", "organisation", "region", "removed_at", "outcome", "stage", "type", "channel", "card", "lead",
    "category", "urgent", "enterprise", "created_at",
]  # fmt: skip


def upgrade() -> None:
    """Forward."""
    over = sa.text("outcome != ''")
    op.create_index("ix_tickets_over", "tickets", COLUMNS, sqlite_where=over, postgresql_where=over)
    ended = ["organisation", "outcome", "ended_at", "case"]
    op.create_index("ix_ticket_tasks_organisation_outcome_ended_at_case", "ticket_tasks", ended)


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_ticket_tasks_organisation_outcome_ended_at_case", "ticket_tasks")
    op.drop_index("ix_tickets_over", "tickets")

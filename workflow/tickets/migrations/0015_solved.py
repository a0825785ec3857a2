"""Whether it is solved, as the revisit heard it; figures find what ended, began or was replied in a period."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Forward."""
    op.add_column("tickets", sa.Column("solved", sa.String(4), nullable=False, server_default=""))
    op.create_index("ix_tickets_ended_at_id", "tickets", ["ended_at", "id"])
    op.create_index("ix_ticket_tasks_begun_at", "ticket_tasks", ["begun_at"])
    op.create_index("ix_ticket_tasks_ended_at", "ticket_tasks", ["ended_at"])


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_ticket_tasks_ended_at", "ticket_tasks")
    op.drop_index("ix_ticket_tasks_begun_at", "ticket_tasks")
    op.drop_index("ix_tickets_ended_at_id", "tickets")
    op.drop_column("tickets", "solved")

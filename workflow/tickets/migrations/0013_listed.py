"""What lists are filtered by stands in the index of their order: rows that are not shown are not read."""

from alembic import op

revision = "0013"
down_revision = "0012"

COLUMNS = [
    "updated_at", "id", "organisation", "region", "removed_at", "outcome", "stage", "type", "channel", "card", "lead",
    "category", "urgent", "enterprise", "created_at",
]  # fmt: skip


def upgrade() -> None:
    """The one in place of the other."""
    op.create_index("ix_tickets_listed", "tickets", COLUMNS)
    op.drop_index("ix_tickets_updated_at_id", "tickets")


def downgrade() -> None:
    """As it was."""
    op.create_index("ix_tickets_updated_at_id", "tickets", ["updated_at", "id"])
    op.drop_index("ix_tickets_listed", "tickets")

"""Tickets by their lead department, the latest first."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tickets_lead_updated_at_id"), ["lead", "updated_at", "id"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tickets_lead_updated_at_id"))

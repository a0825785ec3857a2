"""Which calls were about a ticket, from which form at the desk it came, and what that asked besides."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add them."""
    op.add_column("tickets", sa.Column("desk_form", sa.String(90)))
    op.add_column("tickets", sa.Column("extra", sa.Text))
    op.create_index("ix_tickets_desk_form", "tickets", ["desk_form"], unique=True)
    op.create_table(
        "ticket_calls",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("ticket", sa.String(26), nullable=False),
        sa.Column("call", sa.String(26), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
    )
    op.create_index("ix_ticket_calls_ticket_at_id", "ticket_calls", ["ticket", "at", "id"])
    op.create_index("ix_ticket_calls_call", "ticket_calls", ["call"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("ticket_calls")
    op.drop_index("ix_tickets_desk_form", "tickets")
    op.drop_column("tickets", "extra")
    op.drop_column("tickets", "desk_form")

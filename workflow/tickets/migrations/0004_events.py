"""Known events: what many call about at once, and the tickets that were registered under each."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add them."""
    op.add_column("tickets", sa.Column("event", sa.String(26)))
    op.create_index("ix_tickets_event", "tickets", ["event"])
    op.create_table(
        "ticket_events",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_by", sa.String(26), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("removed_at", moment),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("place", sa.String(6), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("category", sa.String(26)),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("spoken", sa.String(300), nullable=False),
        sa.Column("until", moment),
        sa.Column("closed_at", moment),
        sa.Column("closed_name", sa.String(80), nullable=False),
        sa.Column("result", sa.Text, nullable=False),
    )
    op.create_index("ix_ticket_events_closed_at_until", "ticket_events", ["closed_at", "until"])
    op.create_index("ix_ticket_events_updated_at_id", "ticket_events", ["updated_at", "id"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("ticket_events")
    op.drop_index("ix_tickets_event", "tickets")
    op.drop_column("tickets", "event")

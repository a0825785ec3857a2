"""What other systems call tickets, and what they said of them: nothing counts twice."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "ticket_outside",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("system", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("external", sa.String(120), nullable=False),
        sa.Column("ticket", sa.String(26), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("batch", sa.String(26)),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    columns = ["system", "kind", "external"]
    op.create_index("ix_ticket_outside_system_kind_external", "ticket_outside", columns, unique=True)
    op.create_index("ix_ticket_outside_ticket", "ticket_outside", ["ticket"])
    op.create_index("ix_ticket_outside_batch", "ticket_outside", ["batch"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("ticket_outside")

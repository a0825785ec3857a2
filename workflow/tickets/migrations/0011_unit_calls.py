"""Why a call about a ticket came to nothing, and how often a day a department calls its citizen."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("ticket_calls", sa.Column("result", sa.String(24), nullable=False, server_default=""))
    op.add_column("ticket_limits", sa.Column("unit_calls", sa.Integer))


def downgrade() -> None:
    """Remove them."""
    op.drop_column("ticket_limits", "unit_calls")
    op.drop_column("ticket_calls", "result")

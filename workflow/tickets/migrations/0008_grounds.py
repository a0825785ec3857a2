"""What answers at once must show, by type and region."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("ticket_limits", sa.Column("direct_least", sa.Integer))
    op.add_column("ticket_limits", sa.Column("grounds", sa.JSON))


def downgrade() -> None:
    """Remove them."""
    op.drop_column("ticket_limits", "grounds")
    op.drop_column("ticket_limits", "direct_least")

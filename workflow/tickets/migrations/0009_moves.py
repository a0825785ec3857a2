"""How often a ticket goes to departments before it is difficult, by type and region."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column."""
    op.add_column("ticket_limits", sa.Column("moves", sa.Integer))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("ticket_limits", "moves")

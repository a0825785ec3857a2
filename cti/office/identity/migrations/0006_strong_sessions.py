"""Sessions that began with a second factor at another's."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column."""
    op.add_column("sessions", sa.Column("strong", sa.Boolean, nullable=False, server_default=sa.text("false")))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("sessions", "strong")

"""Letters whose text nobody but the recipient may read."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; of those from before none is."""
    op.add_column(
        "message_deliveries", sa.Column("secret", sa.Boolean, nullable=False, server_default=sa.text("false"))
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_column("message_deliveries", "secret")

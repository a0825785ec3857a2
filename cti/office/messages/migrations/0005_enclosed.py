"""Mails with a file."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Letters of before have none."""
    op.add_column("message_deliveries", sa.Column("enclosed", sa.String(100), nullable=False, server_default=""))


def downgrade() -> None:
    """Forget them."""
    op.drop_column("message_deliveries", "enclosed")

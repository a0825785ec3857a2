"""Messages that citizens leave are recordings too."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Tell them from those of talks."""
    op.add_column("recordings", sa.Column("kind", sa.String(12), nullable=False, server_default="talk"))


def downgrade() -> None:
    """As before."""
    op.drop_column("recordings", "kind")

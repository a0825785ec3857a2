"""Where a request is, as a point; those from before have none."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("tickets", sa.Column("longitude", sa.Double, nullable=True))
    op.add_column("tickets", sa.Column("latitude", sa.Double, nullable=True))


def downgrade() -> None:
    """Remove them."""
    op.drop_column("tickets", "latitude")
    op.drop_column("tickets", "longitude")

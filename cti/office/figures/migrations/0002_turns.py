"""How often days of a cut were let go, by which an engine knows that another did so while it counted."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column."""
    op.add_column("figure_cuts", sa.Column("turn", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("figure_cuts", "turn")

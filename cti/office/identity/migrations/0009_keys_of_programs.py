"""A key is limited to an organisation, and to so many requests a minute."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the columns; keys of before stay as they are."""
    op.add_column("api_keys", sa.Column("organisation", sa.String(40), nullable=False, server_default=""))
    op.add_column("api_keys", sa.Column("per_minute", sa.Integer, nullable=False, server_default="600"))


def downgrade() -> None:
    """Remove them."""
    op.drop_column("api_keys", "per_minute")
    op.drop_column("api_keys", "organisation")

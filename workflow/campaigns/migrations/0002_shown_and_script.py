"""Which number a campaign shows, the form that its agents fill, and what they filled in."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns: campaigns from before show the usual number and have no form."""
    op.add_column("campaigns", sa.Column("shown", sa.String(24), nullable=False, server_default=""))
    op.add_column("campaigns", sa.Column("form", sa.String(60), nullable=False, server_default=""))
    op.add_column("campaign_targets", sa.Column("answers", sa.Text(), nullable=True))


def downgrade() -> None:
    """Remove them."""
    op.drop_column("campaign_targets", "answers")
    op.drop_column("campaigns", "form")
    op.drop_column("campaigns", "shown")

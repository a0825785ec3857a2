"""A password for who wants one."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Nobody has one."""
    op.add_column("portal_accounts", sa.Column("password", sa.String(length=200), nullable=False, server_default=""))


def downgrade() -> None:
    """Forget them."""
    op.drop_column("portal_accounts", "password")

"""Accounts that are bound to somebody of the unified sign-in."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "portal_identities",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_portal_identities")),
    )
    op.create_index(op.f("ix_portal_identities_account"), "portal_identities", ["account"], unique=True)


def downgrade() -> None:
    """And back."""
    op.drop_table("portal_identities")

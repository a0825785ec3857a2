"""Names that the provider of the unified sign-in has checked."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """None is known yet."""
    op.add_column("portal_identities", sa.Column("name", sa.Text(), nullable=True))


def downgrade() -> None:
    """Forget them."""
    op.drop_column("portal_identities", "name")

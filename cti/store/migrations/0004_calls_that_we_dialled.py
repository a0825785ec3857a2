"""Calls that we dialled are told from those of citizens: figures count them apart."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """What was not reached was surely dialled; of the others before, nobody can say."""
    op.add_column("calls", sa.Column("outgoing", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute("UPDATE calls SET outgoing = true WHERE reason = 'not_reached'")


def downgrade() -> None:
    """As before."""
    op.drop_column("calls", "outgoing")

"""Room for what departments do, told with headings, lists and tables."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """A text of any length; lines of before are paragraphs where they are read."""
    with op.batch_alter_table("contacts") as table:
        table.alter_column("duties", type_=sa.Text, existing_type=sa.String(2000), existing_nullable=False)


def downgrade() -> None:
    """The length of before."""
    with op.batch_alter_table("contacts") as table:
        table.alter_column("duties", type_=sa.String(2000), existing_type=sa.Text, existing_nullable=False)

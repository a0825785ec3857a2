"""Who may dial how far."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "line_dial_classes",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("removed_at", moment),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("furthest", sa.String(16), nullable=False),
    )
    op.create_index("ix_line_dial_classes_updated_at_id", "line_dial_classes", ["updated_at", "id"])
    op.create_index("ix_line_dial_classes_role_id", "line_dial_classes", ["role", "id"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("line_dial_classes")

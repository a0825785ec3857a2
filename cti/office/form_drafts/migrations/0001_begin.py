"""Drafts of forms."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "form_drafts",
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("form", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("person", "form", "subject", name="pk_form_drafts"),
    )
    op.create_index("ix_form_drafts_updated_at", "form_drafts", ["updated_at"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("form_drafts")

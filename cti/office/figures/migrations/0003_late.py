"""Days whose numbers changed after they were over: what they were, since when, and which records changed them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table; changes say of which record they are."""
    op.add_column("figure_changes", sa.Column("record", sa.String(64), nullable=False, server_default=""))
    op.create_table(
        "figure_late",
        sa.Column("cut", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("span", sa.String(10), nullable=False),
        sa.Column("was", sa.Text, nullable=False),
        sa.Column("told", sa.String(64), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("records", sa.String(700), nullable=False),
        sa.Column("suspects", sa.String(700), nullable=False),
        sa.PrimaryKeyConstraint("cut", "span", name="pk_figure_late"),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("figure_late")
    op.drop_column("figure_changes", "record")

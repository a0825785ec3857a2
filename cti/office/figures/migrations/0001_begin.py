"""Days of figures that are kept, and which days changed since."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "figure_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False, autoincrement=True),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_figure_changes"),
    )
    op.create_index("ix_figure_changes_source_moment", "figure_changes", ["source", "moment"])
    op.create_table(
        "figure_cuts",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("asked_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_figure_cuts"),
        sa.UniqueConstraint("key", name="uq_figure_cuts_key"),
    )
    op.create_index("ix_figure_cuts_source", "figure_cuts", ["source"])
    op.create_table(
        "figure_spans",
        sa.Column("cut", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("span", sa.String(10), nullable=False),
        sa.Column("cells", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("cut", "span", name="pk_figure_spans"),
    )


def downgrade() -> None:
    """Remove them."""
    for table in ("figure_spans", "figure_cuts", "figure_changes"):
        op.drop_table(table)

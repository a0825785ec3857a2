"""Where campaigns' lists come from, and in which region somebody on them lives."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table, add the column: who is on a list lives where the campaign is."""
    op.add_column("campaign_targets", sa.Column("place", sa.String(6), nullable=False, server_default=""))
    op.create_table(
        "campaign_sources",
        sa.Column("campaign", sa.String(length=26), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("records", sa.String(length=60), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_sources")),
    )
    with op.batch_alter_table("campaign_sources", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_campaign_sources_campaign_updated_at_id"), ["campaign", "updated_at", "id"], unique=False
        )


def downgrade() -> None:
    """Remove them."""
    op.drop_column("campaign_targets", "place")
    op.drop_table("campaign_sources")

"""Links by which citizens answer who were not reached by telephone, and on which way an answer came."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "revisit_links",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("revisit", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisit_links")),
    )
    with op.batch_alter_table("revisit_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revisit_links_key"), ["key"], unique=True)
        batch_op.create_index(batch_op.f("ix_revisit_links_revisit"), ["revisit"], unique=False)
    with op.batch_alter_table("revisit_strategies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by_sms", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("revisits", schema=None) as batch_op:
        batch_op.add_column(sa.Column("medium", sa.String(length=8), server_default="", nullable=False))
        batch_op.create_index(batch_op.f("ix_revisits_medium_updated_at_id"), ["medium", "updated_at", "id"])


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("revisits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revisits_medium_updated_at_id"))
        batch_op.drop_column("medium")
    with op.batch_alter_table("revisit_strategies", schema=None) as batch_op:
        batch_op.drop_column("by_sms")
    op.drop_table("revisit_links")

"""What the house says in chats by occasion, flow and channel."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "chat_sayings",
        sa.Column("occasion", sa.String(length=12), nullable=False),
        sa.Column("flow", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_sayings")),
    )
    with op.batch_alter_table("chat_sayings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_chat_sayings_organisation_occasion_flow_channel"),
            ["organisation", "occasion", "flow", "channel"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_chat_sayings_updated_at_id"), ["updated_at", "id"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("chat_sayings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chat_sayings_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_chat_sayings_organisation_occasion_flow_channel"))

    op.drop_table("chat_sayings")

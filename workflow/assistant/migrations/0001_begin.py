"""Models, what became of proposals, and names of places."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "assistant_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("proposed", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("empty", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "organisation", "field", name=op.f("pk_assistant_counts")),
    )
    op.create_table(
        "assistant_models",
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("repeated", sa.Integer(), nullable=False),
        sa.Column("first", sa.Float(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("compared", sa.JSON(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("megabytes", sa.Float(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assistant_models")),
        sa.UniqueConstraint("purpose", "number", name=op.f("uq_assistant_models_purpose_number")),
    )
    with op.batch_alter_table("assistant_models", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assistant_models_created_at_id"), ["created_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_assistant_models_purpose_updated_at_id"), ["purpose", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_assistant_models_state_updated_at_id"), ["state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_assistant_models_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "assistant_places",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_assistant_places")),
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("assistant_places")
    with op.batch_alter_table("assistant_models", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assistant_models_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_assistant_models_state_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_assistant_models_purpose_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_assistant_models_created_at_id"))

    op.drop_table("assistant_models")
    op.drop_table("assistant_counts")

"""Hot words."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "hot_words",
        sa.Column("word", sa.String(length=12), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hot_words")),
    )
    with op.batch_alter_table("hot_words", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hot_words_updated_at_id"), ["updated_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hot_words_weight_id"), ["weight", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hot_words_word_id"), ["word", "id"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("hot_words", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hot_words_word_id"))
        batch_op.drop_index(batch_op.f("ix_hot_words_weight_id"))
        batch_op.drop_index(batch_op.f("ix_hot_words_updated_at_id"))

    op.drop_table("hot_words")

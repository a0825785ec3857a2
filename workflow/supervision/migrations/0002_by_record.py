"""The cards of a record."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("supervision_cards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supervision_cards_record"), ["record"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("supervision_cards", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supervision_cards_record"))

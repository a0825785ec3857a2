"""Browsers that are told something while the console is closed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """None at first."""
    op.create_table(
        "push_devices",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("endpoint_index", sa.String(32), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_push_devices"),
    )
    op.create_index("ix_push_devices_endpoint_index", "push_devices", ["endpoint_index"], unique=True)
    op.create_index("ix_push_devices_person_created_at", "push_devices", ["person", "created_at"])
    op.create_table(
        "push_letters",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("device", sa.String(26), nullable=False),
        sa.Column("message", sa.String(26), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("link", sa.String(200), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_push_letters"),
    )
    op.create_index("ix_push_letters_state_next_at", "push_letters", ["state", "next_at"])
    op.create_index("ix_push_letters_device", "push_letters", ["device"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("push_letters")
    op.drop_table("push_devices")

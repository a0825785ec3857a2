"""When agents are at work, and what of each shift was kept."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "roster_presence",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_presence")),
    )
    with op.batch_alter_table("roster_presence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_presence_open_person"), ["open", "person"], unique=False)
        batch_op.create_index(batch_op.f("ix_roster_presence_person_until"), ["person", "until"], unique=False)
        batch_op.create_index(batch_op.f("ix_roster_presence_until"), ["until"], unique=False)

    with op.batch_alter_table("roster_attendance", schema=None) as batch_op:
        batch_op.add_column(sa.Column("planned", sa.Float(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("kept", sa.Float(), server_default="0", nullable=False))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("roster_attendance", schema=None) as batch_op:
        batch_op.drop_column("kept")
        batch_op.drop_column("planned")

    with op.batch_alter_table("roster_presence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_presence_until"))
        batch_op.drop_index(batch_op.f("ix_roster_presence_person_until"))
        batch_op.drop_index(batch_op.f("ix_roster_presence_open_person"))

    op.drop_table("roster_presence")

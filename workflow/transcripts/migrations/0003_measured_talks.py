"""Talks are measured: silence, both at once, speed, interruptions, phrases; each side's words are found apart."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "talk_measures",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("call", sa.String(length=26), nullable=False),
        sa.Column("transcript", sa.String(length=26), nullable=False),
        sa.Column("agent", sa.String(length=16), nullable=False),
        sa.Column("queue", sa.String(length=60), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("silence", sa.Float(), nullable=False),
        sa.Column("longest_silence", sa.Float(), nullable=False),
        sa.Column("overlap", sa.Float(), nullable=False),
        sa.Column("agent_seconds", sa.Float(), nullable=False),
        sa.Column("agent_characters", sa.Integer(), nullable=False),
        sa.Column("caller_seconds", sa.Float(), nullable=False),
        sa.Column("caller_characters", sa.Integer(), nullable=False),
        sa.Column("interrupting", sa.Integer(), nullable=False),
        sa.Column("interrupted", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=True),
        sa.Column("forbidden", sa.Integer(), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_measures")),
    )
    with op.batch_alter_table("talk_measures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_talk_measures_agent_began_at"), ["agent", "began_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_talk_measures_began_at_id"), ["began_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_talk_measures_call"), ["call"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_talk_measures_organisation_began_at"), ["organisation", "began_at"], unique=False
        )

    with op.batch_alter_table("transcripts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("caller_text", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("agent_text", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("seconds", sa.Float(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("measured", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))
        batch_op.create_index(batch_op.f("ix_transcripts_measured_id"), ["measured", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transcripts_queue_began_at_id"), ["queue", "began_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transcripts_updated_at_id"), ["updated_at", "id"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("transcripts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_transcripts_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_transcripts_queue_began_at_id"))
        batch_op.drop_index(batch_op.f("ix_transcripts_measured_id"))
        batch_op.drop_column("measured")
        batch_op.drop_column("seconds")
        batch_op.drop_column("agent_text")
        batch_op.drop_column("caller_text")

    with op.batch_alter_table("talk_measures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_talk_measures_organisation_began_at"))
        batch_op.drop_index(batch_op.f("ix_talk_measures_call"))
        batch_op.drop_index(batch_op.f("ix_talk_measures_began_at_id"))
        batch_op.drop_index(batch_op.f("ix_talk_measures_agent_began_at"))

    op.drop_table("talk_measures")

"""What the models say now."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "transcript_lines",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("call", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript_lines")),
    )
    with op.batch_alter_table("transcript_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transcript_lines_call_number"), ["call", "number"], unique=True)

    op.create_table(
        "transcripts",
        sa.Column("call", sa.String(length=26), nullable=False),
        sa.Column("agent", sa.String(length=16), nullable=False),
        sa.Column("queue", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_index", sa.String(length=32), nullable=False),
        sa.Column("number_last_four", sa.String(length=32), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcripts")),
    )
    with op.batch_alter_table("transcripts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transcripts_agent_began_at_id"), ["agent", "began_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transcripts_began_at_id"), ["began_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transcripts_call"), ["call"], unique=True)
        batch_op.create_index(
            batch_op.f("ix_transcripts_number_index_began_at"), ["number_index", "began_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_transcripts_number_last_four"), ["number_last_four"], unique=False)
        batch_op.create_index(batch_op.f("ix_transcripts_state_began_at_id"), ["state", "began_at", "id"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("transcripts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_transcripts_state_began_at_id"))
        batch_op.drop_index(batch_op.f("ix_transcripts_number_last_four"))
        batch_op.drop_index(batch_op.f("ix_transcripts_number_index_began_at"))
        batch_op.drop_index(batch_op.f("ix_transcripts_call"))
        batch_op.drop_index(batch_op.f("ix_transcripts_began_at_id"))
        batch_op.drop_index(batch_op.f("ix_transcripts_agent_began_at_id"))

    op.drop_table("transcripts")
    with op.batch_alter_table("transcript_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_transcript_lines_call_number"))

    op.drop_table("transcript_lines")

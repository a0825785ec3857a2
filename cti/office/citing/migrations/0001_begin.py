"""What answers are based on."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "citations",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("record", sa.String(26), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("cited", sa.String(80), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("passage", sa.Text, nullable=False),
        sa.Column("words", sa.String(260), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_citations_kind_record_at", "citations", ["kind", "record", "at"])
    op.create_index("ix_citations_source_cited", "citations", ["source", "cited"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("citations")

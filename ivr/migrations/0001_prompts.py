"""Prompts that people keep in the library, and all their versions."""

import sqlalchemy as sa
from alembic import op

revision = "prompts_0001"
down_revision = None

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "prompts",
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("application", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("language", "id", name="pk_prompts"),
    )
    op.create_table(
        "prompt_versions",
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("prompt", sa.String(80), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("say", sa.Text, nullable=False),
        sa.Column("voice", sa.String(40), nullable=False),
        sa.Column("speed", sa.Float, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("master", sa.String(80), nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("message", sa.String(200), nullable=False),
        sa.Column("author", sa.String(40), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("restores", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("language", "prompt", "version", name="pk_prompt_versions"),
        sa.ForeignKeyConstraint(
            ["language", "prompt"],
            ["prompts.language", "prompts.id"],
            name="fk_prompt_versions_language_prompt_prompts",
        ),
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("prompt_versions")
    op.drop_table("prompts")

"""Whether articles helped their readers."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

moment = sa.DateTime(timezone=True)
VOTES, HELPFUL = "knowledge_votes", "knowledge_helpful"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        VOTES,
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("article", sa.String(26), nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("voter", sa.String(26), nullable=False),
        sa.Column("inside", sa.Boolean, nullable=False),
        sa.Column("helped", sa.Boolean, nullable=False),
        sa.Column("correction", sa.String(26), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{VOTES}")),
        sa.UniqueConstraint("article", "edition", "voter", name=op.f(f"uq_{VOTES}_article_edition_voter")),
    )
    op.create_index(op.f(f"ix_{VOTES}_at"), VOTES, ["at"])
    op.create_table(
        HELPFUL,
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_by", sa.String(26), nullable=False, server_default=""),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("removed_at", moment),
        sa.Column("article", sa.String(26), nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("category", sa.String(26), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("audience", sa.String(8), nullable=False),
        *(sa.Column(one, sa.Integer, nullable=False) for one in ("helped", "unhelped", "votes", "share", "said")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{HELPFUL}")),
        sa.UniqueConstraint("article", "edition", name=op.f(f"uq_{HELPFUL}_article_edition")),
    )
    for columns in (
        ["share", "id"], ["unhelped", "id"], ["votes", "id"], ["updated_at", "id"], ["organisation", "share", "id"],
        ["unit", "share", "id"], ["category"],
    ):  # fmt: skip
        op.create_index(op.f(f"ix_{HELPFUL}_{'_'.join(columns)}"), HELPFUL, columns)


def downgrade() -> None:
    """Back."""
    op.drop_table(HELPFUL)
    op.drop_table(VOTES)

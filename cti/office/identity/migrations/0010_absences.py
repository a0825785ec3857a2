"""Who acts for somebody who is away."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "absences",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("person_name", sa.String(40), nullable=False),
        sa.Column("deputy", sa.String(26), nullable=False),
        sa.Column("deputy_name", sa.String(40), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("begins_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("cancelled_at", TIME),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_absences_person_people"),
        sa.ForeignKeyConstraint(["deputy"], ["people.id"], name="fk_absences_deputy_people"),
        sa.PrimaryKeyConstraint("id", name="pk_absences"),
    )
    for column in ("person", "deputy"):
        op.create_index(f"ix_absences_{column}_ends_at", "absences", [column, "ends_at"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("absences")

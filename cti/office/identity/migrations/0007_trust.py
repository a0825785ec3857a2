"""Known browsers, tries to sign in by account and network, who somebody is elsewhere, and accounts for a first look."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables; a lock of before counts no more."""
    op.add_column("people", sa.Column("demo", sa.Boolean, nullable=False, server_default=sa.text("false")))
    op.add_column("sessions", sa.Column("local", sa.Boolean, nullable=False, server_default=sa.text("false")))
    op.execute("UPDATE people SET failures = 0, locked_until = NULL")
    op.create_table(
        "known_browsers",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_known_browsers"),
        sa.UniqueConstraint("token_hash", name="uq_known_browsers_token_hash"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_known_browsers_person_people"),
    )
    op.create_index("ix_known_browsers_person", "known_browsers", ["person"])
    op.create_table(
        "sign_in_tries",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("locked_until", moment),
        sa.PrimaryKeyConstraint("key", name="pk_sign_in_tries"),
    )
    op.create_index("ix_sign_in_tries_login", "sign_in_tries", ["login"])
    op.create_index("ix_sign_in_tries_at", "sign_in_tries", ["at"])
    op.create_table(
        "known_elsewhere",
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("linked_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_known_elsewhere"),
        sa.UniqueConstraint("issuer", "person", name="uq_known_elsewhere_issuer_person"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_known_elsewhere_person_people"),
    )


def downgrade() -> None:
    """Remove them."""
    for table in ("known_elsewhere", "sign_in_tries", "known_browsers"):
        op.drop_table(table)
    op.drop_column("sessions", "local")
    op.drop_column("people", "demo")

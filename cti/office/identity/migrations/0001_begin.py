"""Organisations, roles, people, sessions, the audit chain."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

moment = sa.DateTime(timezone=True)
row_number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "organisations",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("parent", sa.String(40)),
        sa.PrimaryKeyConstraint("name", name="pk_organisations"),
        sa.ForeignKeyConstraint(["parent"], ["organisations.name"], name="fk_organisations_parent_organisations"),
    )
    op.create_table(
        "roles",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("permissions", sa.JSON, nullable=False),
        sa.Column("reach", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_roles"),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("login", sa.String(40), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("agent_no", sa.String(8)),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("auto_answer", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("password_hash", sa.String(160), nullable=False),
        sa.Column("sip_secret", sa.Text),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("disabled_at", moment),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("locked_until", moment),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("login", name="uq_people_login"),
        sa.UniqueConstraint("agent_no", name="uq_people_agent_no"),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.name"], name="fk_people_organisation_organisations"),
    )
    op.create_index("ix_people_organisation", "people", ["organisation"])
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_sessions_token_hash"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_sessions_person_people"),
    )
    op.create_index("ix_sessions_person", "sessions", ["person"])
    op.create_table(
        "audit",
        sa.Column("sequence", row_number, nullable=False, autoincrement=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("login", sa.String(40), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])
    op.create_index("ix_audit_at", "audit", ["at"])


def downgrade() -> None:
    """Remove them."""
    for table in ("audit", "sessions", "people", "roles", "organisations"):
        op.drop_table(table)

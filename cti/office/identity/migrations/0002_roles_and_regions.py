"""Roles and organisations that are edited, what a region may not do, groups, who had which agent number."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables and columns; agent numbers begin with those given now."""
    op.add_column("organisations", sa.Column("agent_numbers", sa.String(17), nullable=False, server_default=""))
    op.add_column("organisations", sa.Column("closed_at", moment))
    op.add_column("organisations", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    op.create_index("ix_organisations_parent", "organisations", ["parent"])
    op.add_column("roles", sa.Column("level", sa.String(8), nullable=False, server_default="any"))
    op.add_column("roles", sa.Column("note", sa.String(200), nullable=False, server_default=""))
    op.add_column("roles", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    op.execute("UPDATE roles SET level = 'city' WHERE name = 'admin'")
    op.create_table(
        "region_switches",
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("off", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("region", name="pk_region_switches"),
    )
    op.create_table(
        "groups",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("title", sa.String(40), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("leader", sa.String(26)),
        sa.Column("members", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_groups"),
        sa.UniqueConstraint("organisation", "title", name="uq_groups_organisation_title"),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.name"], name="fk_groups_organisation_organisations"),
        sa.ForeignKeyConstraint(["leader"], ["people.id"], name="fk_groups_leader_people"),
    )
    op.create_table(
        "agent_numbers",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("number", sa.String(8), nullable=False),
        sa.Column("given_at", moment, nullable=False),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("taken_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_agent_numbers"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_agent_numbers_person_people"),
    )
    op.create_index("ix_agent_numbers_number", "agent_numbers", ["number"])
    op.execute(
        "INSERT INTO agent_numbers (id, number, given_at, person) "
        "SELECT id, agent_no, created_at, id FROM people WHERE agent_no IS NOT NULL"
    )


def downgrade() -> None:
    """Remove them."""
    for table in ("agent_numbers", "groups", "region_switches"):
        op.drop_table(table)
    for column in ("version", "note", "level"):
        op.drop_column("roles", column)
    op.drop_index("ix_organisations_parent", "organisations")
    for column in ("version", "closed_at", "agent_numbers"):
        op.drop_column("organisations", column)

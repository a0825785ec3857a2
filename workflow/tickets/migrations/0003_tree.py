"""Categories become a tree like others: order among siblings, switched off, merged, found by those above them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

categories = sa.table(
    "ticket_categories",
    sa.column("id", sa.String),
    sa.column("parent", sa.String),
    sa.column("line", sa.String),
    sa.column("place", sa.Integer),
    sa.column("path", sa.String),
)
STEP = 10


def upgrade() -> None:
    """Add the columns, and say of each where it stands."""
    with op.batch_alter_table("ticket_categories") as table:
        table.add_column(sa.Column("place", sa.Integer, nullable=False, server_default="0"))
        table.add_column(sa.Column("line", sa.String(216), nullable=False, server_default=""))
        table.add_column(sa.Column("off", sa.Boolean, nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("merged_into", sa.String(26)))
        table.alter_column("name", type_=sa.String(80), existing_type=sa.String(60), existing_nullable=False)
        table.alter_column("initials", type_=sa.String(80), existing_type=sa.String(60), existing_nullable=False)
        table.alter_column(
            "path", type_=sa.String(648), existing_type=sa.String(300), existing_nullable=False, server_default=""
        )
    op.create_index("ix_ticket_categories_parent_place", "ticket_categories", ["parent", "place"])
    op.create_index("ix_ticket_categories_line", "ticket_categories", ["line"])
    wanted = sa.select(categories.c.id, categories.c.parent).order_by(categories.c.path)
    parents = dict(op.get_bind().execute(wanted).tuples().all())
    for number, id in enumerate(parents, 1):
        line, above = "", parents[id]
        while above is not None:
            line, above = f"/{above}{line}", parents.get(above)
        op.execute(categories.update().where(categories.c.id == id).values(line=line, place=number * STEP))


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_ticket_categories_line", "ticket_categories")
    op.drop_index("ix_ticket_categories_parent_place", "ticket_categories")
    with op.batch_alter_table("ticket_categories") as table:
        for name in ("merged_into", "off", "line", "place"):
            table.drop_column(name)
        table.alter_column("path", type_=sa.String(300), existing_nullable=False, server_default=None)
        table.alter_column("initials", type_=sa.String(60), existing_nullable=False)
        table.alter_column("name", type_=sa.String(60), existing_nullable=False)

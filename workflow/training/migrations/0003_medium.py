"""Of what kind a material is has a name that no list's order has: lists asked for it by their order, and were empty."""

from alembic import op

revision = "0003"
down_revision = "0002"
TABLES = ("training_materials", "training_studies")


def upgrade() -> None:
    """Rename it."""
    _renamed("sort", "medium")


def downgrade() -> None:
    """Name it as before."""
    _renamed("medium", "sort")


def _renamed(old: str, new: str) -> None:
    op.drop_index(f"ix_training_materials_{old}_updated_at_id", "training_materials")
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    op.create_index(f"ix_training_materials_{new}_updated_at_id", "training_materials", [new, "updated_at", "id"])

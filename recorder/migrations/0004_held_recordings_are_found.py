"""What was held before is found among what is held."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Say it of each."""
    op.execute(
        "INSERT INTO recording_facts (key, value, recording) SELECT 'held', '1', id FROM recordings WHERE held <> '' "
        "ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    """Say it no longer."""
    op.execute("DELETE FROM recording_facts WHERE key = 'held'")

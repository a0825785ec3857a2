"""Second factors, what a password was and when, what a session's browser calls itself."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

moment = sa.DateTime(timezone=True)
PERSON = ("totp_secret", "totp_since", "totp_step", "recovery", "password_at", "password_past", "password_due")


def upgrade() -> None:
    """Add the columns; passwords count as set now."""
    op.add_column("people", sa.Column("totp_secret", sa.Text))
    op.add_column("people", sa.Column("totp_since", moment))
    op.add_column("people", sa.Column("totp_step", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("people", sa.Column("recovery", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("people", sa.Column("password_at", moment))
    op.add_column("people", sa.Column("password_past", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("people", sa.Column("password_due", sa.Boolean, nullable=False, server_default=sa.text("false")))
    op.execute("UPDATE people SET password_at = CURRENT_TIMESTAMP")
    op.add_column("roles", sa.Column("second_factor", sa.Boolean, nullable=False, server_default=sa.text("false")))
    op.add_column("sessions", sa.Column("browser", sa.String(200), nullable=False, server_default=""))


def downgrade() -> None:
    """Remove them."""
    op.drop_column("sessions", "browser")
    op.drop_column("roles", "second_factor")
    for column in reversed(PERSON):
        op.drop_column("people", column)

"""Letters out of the house, contacts, templates, and numbers that want none."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "message_deliveries",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("carries", sa.String(8), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("address_index", sa.String(32), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("outline", sa.String(500), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("template", sa.String(60), nullable=False),
        sa.Column("person", sa.String(26)),
        sa.Column("about", sa.String(80), nullable=False),
        sa.Column("sender", sa.String(40), nullable=False),
        sa.Column("automatic", sa.Boolean, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("sent_at", TIME),
        sa.Column("ended_at", TIME),
        sa.Column("last_error", sa.String(200), nullable=False),
        sa.Column("gateway_number", sa.String(100), nullable=False),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("cost", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_message_deliveries"),
    )
    open_ = sa.text("state IN ('waiting', 'sending')")
    op.create_index(
        "ix_message_deliveries_open",
        "message_deliveries",
        ["channel", "urgent", "next_at"],
        sqlite_where=open_,
        postgresql_where=open_,
    )
    for columns in (
        ("created_at", "id"),
        ("about", "created_at"),
        ("address_index", "created_at"),
        ("channel", "gateway_number"),
    ):
        op.create_index(f"ix_message_deliveries_{'_'.join(columns)}", "message_deliveries", columns)
    op.create_table(
        "message_contacts",
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("mobile", sa.Text),
        sa.Column("mail", sa.Text),
        sa.Column("sms_from", sa.String(8), nullable=False),
        sa.Column("mail_from", sa.String(8), nullable=False),
        sa.Column("quiet_from", sa.String(5), nullable=False),
        sa.Column("quiet_until", sa.String(5), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_message_contacts"),
    )
    op.create_table(
        "message_templates",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("text", sa.String(2000), nullable=False),
        sa.Column("sms", sa.String(500), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_message_templates"),
    )
    op.create_table(
        "message_opt_outs",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("number_index", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("removed_at", TIME),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_message_opt_outs"),
    )
    op.create_index("ix_message_opt_outs_updated_at_id", "message_opt_outs", ["updated_at", "id"])
    op.create_index("ix_message_opt_outs_number_index", "message_opt_outs", ["number_index"])


def downgrade() -> None:
    """Remove them."""
    for table in ("message_opt_outs", "message_templates", "message_contacts", "message_deliveries"):
        op.drop_table(table)

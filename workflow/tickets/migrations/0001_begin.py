"""Tickets, departments' tasks, callers with the same request, categories, and whose business they are."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "tickets",
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("confidential", sa.Boolean, nullable=False),
        sa.Column("anonymous", sa.Boolean, nullable=False),
        sa.Column("enterprise", sa.Boolean, nullable=False),
        sa.Column("answer_by", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("call", sa.String(26), nullable=False),
        sa.Column("citizen", sa.String(26), nullable=False),
        sa.Column("caller_name", sa.String(80), nullable=False),
        sa.Column("caller_gender", sa.String(8), nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("contact_index", sa.String(32)),
        sa.Column("contact_last_four", sa.String(32)),
        sa.Column("place", sa.String(6), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("category", sa.String(26)),
        sa.Column("registrar", sa.String(26), nullable=False),
        sa.Column("registrar_name", sa.String(80), nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("tag_note", sa.String(500), nullable=False),
        sa.Column("master", sa.String(26)),
        sa.Column("case", sa.String(26), nullable=False),
        sa.Column("process", sa.String(60), nullable=False),
        sa.Column("step", sa.String(80), nullable=False),
        sa.Column("stage", sa.String(60), nullable=False),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("lead", sa.String(40), nullable=False),
        sa.Column("card", sa.String(8), nullable=False),
        sa.Column("due_at", moment),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("citations", sa.JSON, nullable=False),
        sa.Column("satisfaction", sa.String(20), nullable=False),
        sa.Column("reminders", sa.Integer, nullable=False),
        sa.Column("outcome", sa.String(60), nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("created_by", sa.String(26), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("removed_at", moment),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_tickets_call", "tickets", ["call"])
    op.create_index("ix_tickets_card_due_at_id", "tickets", ["card", "due_at", "id"])
    op.create_index("ix_tickets_category_updated_at_id", "tickets", ["category", "updated_at", "id"])
    op.create_index("ix_tickets_contact_index", "tickets", ["contact_index"])
    op.create_index("ix_tickets_contact_last_four", "tickets", ["contact_last_four"])
    op.create_index("ix_tickets_created_at_id", "tickets", ["created_at", "id"])
    op.create_index("ix_tickets_due_at_id", "tickets", ["due_at", "id"])
    op.create_index("ix_tickets_master", "tickets", ["master"])
    op.create_index("ix_tickets_number", "tickets", ["number"], unique=True)
    op.create_index("ix_tickets_organisation_updated_at_id", "tickets", ["organisation", "updated_at", "id"])
    op.create_index("ix_tickets_person_updated_at_id", "tickets", ["person", "updated_at", "id"])
    op.create_index("ix_tickets_region_updated_at_id", "tickets", ["region", "updated_at", "id"])
    op.create_index("ix_tickets_registrar_updated_at_id", "tickets", ["registrar", "updated_at", "id"])
    op.create_index("ix_tickets_stage_updated_at_id", "tickets", ["stage", "updated_at", "id"])
    op.create_index("ix_tickets_stage_urgent_due_at_id", "tickets", ["stage", "urgent", "due_at", "id"])
    op.create_index("ix_tickets_updated_at_id", "tickets", ["updated_at", "id"])
    op.create_table(
        "ticket_tasks",
        sa.Column("case", sa.String(26), primary_key=True),
        sa.Column("ticket", sa.String(26), nullable=False),
        sa.Column("parent", sa.String(26), nullable=False),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("step", sa.String(80), nullable=False),
        sa.Column("stage", sa.String(60), nullable=False),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("pending", sa.String(20), nullable=False),
        sa.Column("card", sa.String(8), nullable=False),
        sa.Column("due_at", moment),
        sa.Column("outcome", sa.String(60), nullable=False),
        sa.Column("begun_at", moment, nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
    )
    op.create_index("ix_ticket_tasks_card_outcome", "ticket_tasks", ["card", "outcome"])
    op.create_index("ix_ticket_tasks_organisation_outcome_stage", "ticket_tasks", ["organisation", "outcome", "stage"])
    op.create_index("ix_ticket_tasks_pending_outcome", "ticket_tasks", ["pending", "outcome"])
    op.create_index("ix_ticket_tasks_region_outcome_stage", "ticket_tasks", ["region", "outcome", "stage"])
    op.create_index("ix_ticket_tasks_ticket", "ticket_tasks", ["ticket"])
    op.create_table(
        "ticket_callers",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("ticket", sa.String(26), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("number_index", sa.String(32), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("call", sa.String(26), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
    )
    op.create_index("ix_ticket_callers_number_index", "ticket_callers", ["number_index"])
    op.create_index("ix_ticket_callers_ticket", "ticket_callers", ["ticket"])
    op.create_table(
        "ticket_categories",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("parent", sa.String(26)),
        sa.Column("path", sa.String(300), nullable=False),
        sa.Column("initials", sa.String(60), nullable=False),
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("created_by", sa.String(26), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("removed_at", moment),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_ticket_categories_initials", "ticket_categories", ["initials"])
    op.create_index("ix_ticket_categories_path_id", "ticket_categories", ["path", "id"])
    op.create_index("ix_ticket_categories_updated_at_id", "ticket_categories", ["updated_at", "id"])
    op.create_table(
        "ticket_catalogue",
        sa.Column("category", sa.String(26), nullable=False),
        sa.Column("place", sa.String(6), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("assisting", sa.JSON, nullable=False),
        sa.Column("ground", sa.String(500), nullable=False),
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("created_by", sa.String(26), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("removed_at", moment),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_ticket_catalogue_category_place", "ticket_catalogue", ["category", "place"])
    op.create_index("ix_ticket_catalogue_updated_at_id", "ticket_catalogue", ["updated_at", "id"])


def downgrade() -> None:
    """Remove them."""
    for table in ("ticket_catalogue", "ticket_categories", "ticket_callers", "ticket_tasks", "tickets"):
        op.drop_table(table)

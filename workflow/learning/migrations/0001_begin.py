"""Talks with bots, their turns, what says the same, and changes of flows made of it."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "bot_flow_changes",
        sa.Column("group", sa.String(length=26), nullable=False),
        sa.Column("flow", sa.String(length=60), nullable=False),
        sa.Column("node", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("intent", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("stories", sa.Integer(), nullable=False),
        sa.Column("broken", sa.Integer(), nullable=False),
        sa.Column("mended", sa.Integer(), nullable=False),
        sa.Column("recognised", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("altered", sa.Integer(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("published", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_flow_changes")),
    )
    with op.batch_alter_table("bot_flow_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bot_flow_changes_group"), ["group"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_bot_flow_changes_state_updated_at_id"), ["state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_bot_flow_changes_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "bot_talks",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("medium", sa.String(length=8), nullable=False),
        sa.Column("flow", sa.String(length=60), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("intent", sa.String(length=80), nullable=False),
        sa.Column("handed", sa.Boolean(), nullable=False),
        sa.Column("over", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_talks")),
    )
    with op.batch_alter_table("bot_talks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bot_talks_began_at_id"), ["began_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bot_talks_flow_began_at"), ["flow", "began_at"], unique=False)

    op.create_table(
        "bot_turn_groups",
        sa.Column("flow", sa.String(length=60), nullable=False),
        sa.Column("node", sa.String(length=80), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=8), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("near", sa.String(length=80), nullable=False),
        sa.Column("near_sure", sa.Float(), nullable=False),
        sa.Column("article", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_turn_groups")),
    )
    with op.batch_alter_table("bot_turn_groups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bot_turn_groups_count_id"), ["count", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_bot_turn_groups_flow_node_state_updated_at"),
            ["flow", "node", "state", "updated_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_bot_turn_groups_state_count_id"), ["state", "count", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bot_turn_groups_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "bot_turns",
        sa.Column("talk", sa.String(length=26), nullable=False),
        sa.Column("medium", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("flow", sa.String(length=60), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(length=80), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.Column("intent", sa.String(length=80), nullable=False),
        sa.Column("sure", sa.Float(), nullable=False),
        sa.Column("reason", sa.String(length=8), nullable=False),
        sa.Column("group", sa.String(length=26), nullable=False),
        sa.Column("handed", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_turns")),
    )
    with op.batch_alter_table("bot_turns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bot_turns_at_id"), ["at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bot_turns_flow_node_at"), ["flow", "node", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_bot_turns_group_at_id"), ["group", "at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bot_turns_reason_at_id"), ["reason", "at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bot_turns_talk_at"), ["talk", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_bot_turns_updated_at_id"), ["updated_at", "id"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("bot_turns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bot_turns_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_bot_turns_talk_at"))
        batch_op.drop_index(batch_op.f("ix_bot_turns_reason_at_id"))
        batch_op.drop_index(batch_op.f("ix_bot_turns_group_at_id"))
        batch_op.drop_index(batch_op.f("ix_bot_turns_flow_node_at"))
        batch_op.drop_index(batch_op.f("ix_bot_turns_at_id"))

    op.drop_table("bot_turns")
    with op.batch_alter_table("bot_turn_groups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bot_turn_groups_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_bot_turn_groups_state_count_id"))
        batch_op.drop_index(batch_op.f("ix_bot_turn_groups_flow_node_state_updated_at"))
        batch_op.drop_index(batch_op.f("ix_bot_turn_groups_count_id"))

    op.drop_table("bot_turn_groups")
    with op.batch_alter_table("bot_talks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bot_talks_flow_began_at"))
        batch_op.drop_index(batch_op.f("ix_bot_talks_began_at_id"))

    op.drop_table("bot_talks")
    with op.batch_alter_table("bot_flow_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bot_flow_changes_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_bot_flow_changes_state_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_bot_flow_changes_group"))

    op.drop_table("bot_flow_changes")

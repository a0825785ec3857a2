"""Tables of scenarios."""

from __future__ import annotations

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.office.tree import TreeRecord
from cti.store.columns import Base


class ScenarioRow(TreeRecord, Base):
    """A scenario (场景): by what a request is known to belong to it. Its articles are `ScenarioLinkRow`."""

    __tablename__ = "knowledge_scenarios"
    __table_args__ = (
        Index(None, "organisation", "parent", "place", "id"),
        Index(None, "path", "id"),
        Index(None, "line"),
        Index(None, "updated_at", "id"),
    )

    words: Mapped[list[str]] = mapped_column(JSON, doc="触发词")
    categories: Mapped[list[str]] = mapped_column(JSON, doc="诉求分类，完整路径")
    examples: Mapped[list[str]] = mapped_column(JSON, doc="典型说法")


class ScenarioLinkRow(Record, Base):
    """That an article belongs to a scenario (场景关联知识)."""

    __tablename__ = "knowledge_scenario_links"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "scenario"),
        Index(None, "article"),
    )

    scenario: Mapped[str] = mapped_column(String(26), doc="场景")
    article: Mapped[str] = mapped_column(String(26), doc="知识")

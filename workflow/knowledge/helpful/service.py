"""Articles by whether they helped, the least helpful first: for their editors, and the units that are responsible."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, exists
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.records import Records
from cti.office.references import Reference
from cti.office.sharing.rule import Way
from cti.office.tree.service import TreeReference
from workflow.knowledge import rules
from workflow.knowledge.categories import CATEGORIES, UNITS, Categories
from workflow.knowledge.helpful.models import HelpfulRow
from workflow.knowledge.helpful.views import HelpfulQuery, HelpfulView
from workflow.knowledge.models import PublishedRow
from workflow.knowledge.published import NotFilled


class HelpfulArticles(Records[HelpfulRow, NotFilled, HelpfulView, HelpfulQuery]):
    """The service. Readers fill it; whoever sees an article while it is made sees what they say of it."""

    table, fields, view, query = HelpfulRow, NotFilled, HelpfulView, HelpfulQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "knowledge_helpful"
    title: ClassVar[str] = "知识评价"
    see: ClassVar[str] = rules.DRAFTS
    edit_permission: ClassVar[str] = rules.MANAGE
    export_permission: ClassVar[str] = rules.EXPORT
    sort: ClassVar[str] = "share"
    orders: ClassVar[tuple[str, ...]] = ("share", "unhelped", "votes")
    filters: ClassVar[tuple[str, ...]] = ("audience", "category", "unit")
    broad: ClassVar[tuple[str, ...]] = ("audience",)
    refs: ClassVar[Mapping[str, Reference]] = {"category": TreeReference(Categories, CATEGORIES), "unit": UNITS}
    unasked: ClassVar[tuple[str, ...]] = ("article",)

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """As their articles: those of one's reach, and those for which one's unit is responsible."""
        if writing:
            return []
        found = super().ways(visitor, permission)
        if permission != self.see or not visitor.may(permission) or [] in found:
            return found
        return [*found, [*visitor.reach(permission).limits(rules.Belongs.of(HelpfulRow.unit, HelpfulRow.region))]]

    def limits(self, visitor: Visitor, query: HelpfulQuery) -> list[ColumnElement[bool]]:
        """Of what readers see now, if nobody asks for more."""
        found = [*super().limits(visitor, query), HelpfulRow.votes >= int(query.least or 1)]
        if not query.past:
            shown = (PublishedRow.id == HelpfulRow.article, PublishedRow.edition == HelpfulRow.edition)
            found.append(exists().where(*shown))
        return found

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """By a part of the title or the whole number."""
        return HelpfulRow.name.contains(text, autoescape=True) | (HelpfulRow.number == text.upper())

    async def values(
        self, session: AsyncSession, body: NotFilled, row: HelpfulRow | None, organisation: str
    ) -> dict[str, Any]:
        """Always Invalid: readers alone say so."""
        raise Invalid("not_by_hand", "评价由读者给出，不能手工新增或修改")

"""The dispatch catalogue (派单目录): whose business a category is in a region, by which legal ground."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.visitor import Visitor
from cti.office.identity.directory import Organisation, load_organisations
from cti.office.records import RecordQuery, Records, RecordView
from cti.office.records.office import Office
from cti.office.references import REGIONS, Reference
from cti.office.screens import form
from cti.office.screens.description import Field
from cti.office.sharing.rule import Shared
from cti.office.tree.service import TreeReference
from cti.store.listing import points_to
from workflow.tickets.categories import CATEGORIES, Categories
from workflow.tickets.models import CatalogueRow, TicketCategoryRow, TicketRow
from workflow.tickets.pages.titles import Titles

Unit = Annotated[str, pydantic.Field(min_length=1, max_length=40)]


class CatalogueFields(Body):
    """Which unit handles requests of a category from a place, who assists, and on what ground."""

    category: str = pydantic.Field(
        min_length=1, max_length=650, title="诉求分类",
        json_schema_extra=form(help="导入时填分类的全称"),
    )  # fmt: skip
    place: str = pydantic.Field(
        default="", pattern=r"^(\d{6})?$", title="事发地",
        json_schema_extra=form(options_from="/api/options/regions", options_search=True, help="空为所有地区"),
    )  # fmt: skip
    unit: Unit = pydantic.Field(
        title="主办单位", json_schema_extra=form(kind="choice", options_from="/api/tickets/options/units")
    )
    assisting: list[Unit] = pydantic.Field(
        default=[], max_length=20, title="协办单位",
        json_schema_extra=form(options_from="/api/tickets/options/units"),
    )  # fmt: skip
    ground: str = pydantic.Field(
        min_length=1, max_length=500, title="职责依据", json_schema_extra=form(kind="long", help="法律、法规或三定方案")
    )


class CatalogueView(RecordView):
    """An entry of the catalogue as lists and its page show it."""

    category: str = pydantic.Field(title="诉求分类编号")
    category_path: str = pydantic.Field(title="诉求分类", json_schema_extra=form(width=240))
    place: str = pydantic.Field(title="事发地", json_schema_extra=form(none="所有地区", width=190))
    unit: str = pydantic.Field(title="主办单位编号")
    unit_title: str = pydantic.Field(title="主办单位")
    assisting: list[str] = pydantic.Field(title="协办单位编号")
    assisting_titles: list[str] = pydantic.Field(title="协办单位")
    ground: str = pydantic.Field(title="职责依据", json_schema_extra=form(width=260))


class Proposal(pydantic.BaseModel):
    """Whose business a ticket is, by the catalogue."""

    unit: str
    unit_title: str
    assisting: list[str]
    ground: str
    category: str


class Catalogue(Records[CatalogueRow, CatalogueFields, CatalogueView, RecordQuery]):
    """Entries of the catalogue, one for a category in a region."""

    table, fields, view, query = CatalogueRow, CatalogueFields, CatalogueView, RecordQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "dispatch_catalogue"
    title: ClassVar[str] = "派单目录"
    sharing: ClassVar[Shared] = Shared(own=(), house=True)
    see: ClassVar[str] = "tickets.catalogue"
    edit_permission: ClassVar[str] = "tickets.catalogue"
    export_permission: ClassVar[str] = "tickets.catalogue"
    refs: ClassVar[Mapping[str, Reference]] = {
        "category": TreeReference(Categories, CATEGORIES),
        "place": REGIONS,
    }

    def __init__(self, office: Office, titles: Titles) -> None:
        super().__init__(office)
        self._titles = titles

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """By words of the category or of the ground."""
        return points_to(CatalogueRow.category, TicketCategoryRow.path, text) | CatalogueRow.ground.contains(
            text, autoescape=True
        )

    async def check_search(self, visitor: Visitor, query: RecordQuery) -> None:
        """Nothing to refuse; the names are read."""
        await self._titles.refresh()

    async def values(
        self, session: AsyncSession, body: CatalogueFields, row: CatalogueRow | None, organisation: str
    ) -> dict[str, Any]:
        """A category and departments that there are; one entry for each category and place."""
        faults = Faults()
        category = await session.get(TicketCategoryRow, body.category)
        known = session.info.setdefault("organisations", {})
        if not known:
            known.update(await load_organisations(session))
        by_title = {one.title: name for name, one in known.items()}
        units = [name if name in known else by_title.get(name, name) for name in (body.unit, *body.assisting)]
        for name, field in zip(units, ("unit", *["assisting"] * len(body.assisting)), strict=True):
            if name not in known or known[name].closed:
                faults.found(Invalid("no_organisation", f"没有单位“{name}”", field))
        faults.refuse()
        if category is None:
            # The reference has told it; a preview asks for what else is wrong.
            return {}
        same = (CatalogueRow.category == category.id, CatalogueRow.place == body.place)
        if await self.taken(session, row, *same, CatalogueRow.organisation == organisation):
            raise Conflict("taken", f"“{category.path}”在该地区已有派单目录", "category")
        await self._titles.read(session)
        return {
            "category": category.id,
            "place": body.place,
            "unit": units[0],
            "assisting": list(dict.fromkeys(one for one in units[1:] if one != units[0])),
            "ground": body.ground,
        }

    def words(self, visitor: Visitor, row: CatalogueRow) -> dict[str, Any]:
        """The titles of what the entry points to."""
        return {
            "category_path": self._titles.category(row.category),
            "unit_title": self._titles.unit(row.unit),
            "assisting_titles": [self._titles.unit(one) for one in row.assisting],
        }

    async def dissolved(
        self, session: AsyncSession, visitor: Visitor, unit: Organisation, into: Organisation | None
    ) -> None:
        """What named an organisation that is merged into another names that one; else it must be changed before."""
        rows = await session.scalars(select(CatalogueRow).where(CatalogueRow.removed_at.is_(None)))
        for row in [one for one in rows if unit.name == one.unit or unit.name in one.assisting]:
            if into is None:
                path = self._titles.category(row.category)
                raise Conflict("in_catalogue", f"派单目录“{path}”指向{unit.title}，请选择并入的机构，或先修改派单目录")
            lead = into.name if row.unit == unit.name else row.unit
            helpers = [into.name if one == unit.name else one for one in row.assisting]
            changed = {"unit": lead, "assisting": [one for one in dict.fromkeys(helpers) if one != lead]}
            await self.apply(session, visitor, row, row.version, changed)

    async def propose(self, session: AsyncSession, ticket: TicketRow) -> Proposal | None:
        """The entry nearest to a ticket: of its category, else of those above it; of its place, else of wider ones."""
        categories = await self._line(session, ticket.category)
        place = ticket.place or ticket.region
        places = list(dict.fromkeys([place, f"{place[:4]}00", f"{place[:2]}0000", ""]))
        found = select(CatalogueRow).where(
            CatalogueRow.category.in_(categories),
            CatalogueRow.place.in_(places),
            CatalogueRow.removed_at.is_(None),
            or_(
                CatalogueRow.organisation == ticket.organisation, CatalogueRow.organisation == self.office.organisation
            ),
        )
        rows = (await session.scalars(found)).all()
        if not rows:
            return None
        own = ticket.organisation

        def far(row: CatalogueRow) -> tuple[int, int, bool]:
            return categories.index(row.category), places.index(row.place), row.organisation != own

        best = min(rows, key=far)
        return Proposal(
            unit=best.unit, unit_title=self._titles.unit(best.unit), assisting=list(best.assisting),
            ground=best.ground, category=self._titles.category(best.category),
        )  # fmt: skip

    @staticmethod
    async def _line(session: AsyncSession, category: str | None) -> list[str]:
        """A category and all above it, the nearest first."""
        found: list[str] = []
        while category is not None and category not in found:
            found.append(category)
            category = await session.scalar(select(TicketCategoryRow.parent).where(TicketCategoryRow.id == category))
        return found


def proposed(fields: tuple[Field, ...], proposal: Proposal | None) -> tuple[Field, ...]:
    """The fields of a dispatch with what the catalogue proposes, and by which ground."""
    if proposal is None:
        return fields
    given = {"lead": proposal.unit, "assisting": proposal.assisting}
    helps = {"lead": f"派单目录（{proposal.category}）：{proposal.ground}"[:300]}
    return tuple(
        one.model_copy(update={"default": given[one.key], "help": helps.get(one.key, one.help)})
        if one.key in given
        else one
        for one in fields
    )

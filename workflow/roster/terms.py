"""Terms of employment (用工条件) by which people are planned, and their wishes for days."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pydantic
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.records import RecordQuery, Records, RecordView
from cti.office.references.usual import People
from cti.office.screens import form
from cti.office.sharing import Shared
from workflow.roster.leaving import Leaving
from workflow.roster.models import TermsRow, WishRow
from workflow.roster.rules import ASK, BASE, COLLEAGUES, PLAN, SEE
from workflow.roster.staff import OFF

TERMS, WISHES = f"{BASE}/terms", f"{BASE}/wishes"
WISH_CHOICES = f"{WISHES}/choices"


class Colleagues(People):
    """People of one's own organisation who are planned."""

    choices = COLLEAGUES


STAFF = Colleagues()


class TermsFields(Body):
    """How somebody is employed."""

    person: str = pydantic.Field(min_length=1, max_length=80, title="人员")
    week_hours: float = pydantic.Field(default=40, ge=0, le=48, title="每周合同工时")
    joined: date | None = pydantic.Field(default=None, title="入职日期")
    left: date | None = pydantic.Field(default=None, title="离职日期", json_schema_extra=form(help="最后工作的一天"))
    nights: bool = pydantic.Field(default=True, title="可上夜班")
    planned: bool = pydantic.Field(default=True, title="参加排班")
    skills: list[str] = pydantic.Field(
        default=[], max_length=30, title="技能",
        json_schema_extra=form(kind="tags", help="座席在队列中的技能自动计入，这里只写排班另需的"),
    )  # fmt: skip


class TermsView(RecordView):
    """How somebody is employed."""

    person: str = pydantic.Field(title="人员")
    week_hours: float = pydantic.Field(title="每周合同工时")
    joined: date | None = pydantic.Field(title="入职日期")
    left: date | None = pydantic.Field(title="离职日期")
    nights: bool = pydantic.Field(title="可上夜班")
    planned: bool = pydantic.Field(title="参加排班")
    skills: list[str] = pydantic.Field(title="技能", json_schema_extra=form(kind="tags"))


class Terms(Records[TermsRow, TermsFields, TermsView, RecordQuery]):
    """Who has none is planned with the house's usual week, when he has an agent number."""

    table, fields, view, query = TermsRow, TermsFields, TermsView, RecordQuery
    kind: ClassVar[str] = "roster_terms"
    title: ClassVar[str] = "用工条件"
    see: ClassVar[str] = PLAN
    edit_permission: ClassVar[str] = PLAN
    export_permission: ClassVar[str] = "roster.export"
    sharing: ClassVar[Shared] = Shared(own=())
    refs: ClassVar = {"person": STAFF}
    few: ClassVar[bool] = True
    unasked: ClassVar[tuple[str, ...]] = ("skills",)

    def __init__(self, office: Any, leaving: Leaving) -> None:
        super().__init__(office)
        self._leaving = leaving

    async def follow(self, session: AsyncSession, row: TermsRow) -> None:
        """Who leaves has no shifts after his last day."""
        if row.left is not None:
            await self._leaving.left(session, row.person, row.left)

    async def values(
        self, session: AsyncSession, body: TermsFields, row: TermsRow | None, organisation: str
    ) -> dict[str, Any]:
        """One for each person."""
        if body.joined is not None and body.left is not None and body.left < body.joined:
            raise Invalid("dates", "离职日期早于入职日期", "left")
        if await self.taken(session, row, TermsRow.person == body.person):
            raise Conflict("taken", "此人的用工条件已登记", "person")
        return await super().values(session, body, row, organisation)


class WishFields(Body):
    """A wish for a day."""

    day: date = pydantic.Field(title="日期")
    wish: str = pydantic.Field(
        default=OFF, max_length=60, title="意愿", json_schema_extra=form(kind="choice", options_from=WISH_CHOICES)
    )
    reason: str = pydantic.Field(default="", max_length=200, title="原因")


class WishView(RecordView):
    """A wish for a day."""

    person: str = pydantic.Field(title="人员")
    day: date = pydantic.Field(title="日期")
    wish: str = pydantic.Field(title="意愿编号")
    wish_title: str = pydantic.Field(default="", title="意愿")
    reason: str = pydantic.Field(title="原因")


class Wishes(Records[WishRow, WishFields, WishView, RecordQuery]):
    """Everybody's own; those who plan see them. The solver meets as many as it can."""

    table, fields, view, query = WishRow, WishFields, WishView, RecordQuery
    kind: ClassVar[str] = "roster_wish"
    title: ClassVar[str] = "排班意愿"
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = ASK
    export_permission: ClassVar[str] = "roster.export"
    sharing: ClassVar[Shared] = Shared(own=("person",))
    refs: ClassVar = {"person": STAFF}
    orders: ClassVar[tuple[str, ...]] = ("day",)
    sort: ClassVar[str] = "-day"

    def __init__(self, office: Any, titles: Any) -> None:
        super().__init__(office)
        self._titles = titles

    async def create(self, visitor: Visitor, body: WishFields, filled: Any = None) -> WishView:
        """His own, for a day that is not over."""
        if not visitor.person:
            raise Invalid("no_person", "只有人员本人可以填写排班意愿")
        return await super().create(visitor, body, filled)

    async def values(
        self, session: AsyncSession, body: WishFields, row: WishRow | None, organisation: str
    ) -> dict[str, Any]:
        """One for each day."""
        if body.wish not in self._titles():
            raise Invalid("no_wish", "没有这个班次", "wish")
        return {"day": body.day, "wish": body.wish, "reason": body.reason}

    async def drafted(self, session: AsyncSession, visitor: Visitor, body: WishFields) -> WishRow:
        """Of whoever asks. Conflict when he has one for the day."""
        row = await super().drafted(session, visitor, body)
        row.person = visitor.person
        if await self.taken(session, None, WishRow.person == visitor.person, WishRow.day == body.day):
            raise Conflict("taken", "您已填写这一天的意愿", "day")
        return row

    def words(self, visitor: Visitor, row: WishRow) -> dict[str, Any]:
        """What is wished."""
        return {"wish_title": self._titles().get(row.wish, row.wish)}

"""Who sat what with which result (考试记录、练习记录): the list of who keeps the exams."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.records import RecordQuery, Records, RecordView
from cti.office.records.kinds import RecordReference
from cti.office.references import Reference
from cti.office.screens import form
from cti.office.sharing import Shared
from workflow.training import rules
from workflow.training.exams.exams import Exams
from workflow.training.exams.models import SittingRow
from workflow.training.exams.sitting_rules import ENDS, STATES
from workflow.training.exams.views import EXAMS, PURPOSES
from workflow.training.participants import LEARNERS

SITTINGS = f"{rules.BASE}/sittings"


class NotFilled(Body):
    """Nobody fills in a sitting by hand."""


class SittingView(RecordView):
    """Somebody's sitting."""

    exam: str = pydantic.Field(title="考试或练习", json_schema_extra=form(link="training_exams", width=200))
    purpose: str = pydantic.Field(title="性质", json_schema_extra=form(options=PURPOSES))
    person: str = pydantic.Field(title="参加人")
    person_name: str = pydantic.Field(title="参加人姓名", json_schema_extra=form(hidden=True))
    attempt: int = pydantic.Field(title="第几次", json_schema_extra=form(width=80))
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            options=STATES,
            tones={"waiting": "off", "sitting": "talk", "submitted": "wrapup", "marked": "ready", "absent": "break"},
        ),
    )
    begun_at: datetime | None = pydantic.Field(title="开始答题", json_schema_extra=form(none="—"))
    ended_at: datetime | None = pydantic.Field(title="交卷时间", json_schema_extra=form(none="—"))
    ended_by: str = pydantic.Field(title="交卷方式", json_schema_extra=form(options=ENDS, none="—"))
    points: float | None = pydantic.Field(title="得分", json_schema_extra=form(none="—", width=80))
    of: float = pydantic.Field(title="总分", json_schema_extra=form(width=80))
    passed: bool | None = pydantic.Field(title="及格", json_schema_extra=form(none="—"))
    leaves: int = pydantic.Field(title="离开次数", json_schema_extra=form(width=90))
    away: int = pydantic.Field(title="离开时长", json_schema_extra=form(kind="duration"))


class SittingQuery(RecordQuery):
    """Filters of the list; `search` is a part of the participant's name."""


class Sittings(Records[SittingRow, NotFilled, SittingView, SittingQuery]):
    """The service: a sitting is seen by who sees its exam and reaches who sat it."""

    table, fields, view, query = SittingRow, NotFilled, SittingView, SittingQuery
    kind: ClassVar[str] = "training_sitting"
    title: ClassVar[str] = "答卷"
    screen: ClassVar[str] = "training_sittings"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.EDIT
    export_permission: ClassVar[str] = rules.EXPORT
    sharing: ClassVar[Shared] = Shared(own=("person",))
    refs: ClassVar[Mapping[str, Reference]] = {
        "exam": RecordReference(Exams, f"{EXAMS}/choices", "title"), "person": LEARNERS,
    }  # fmt: skip
    filters: ClassVar[tuple[str, ...]] = ("exam", "purpose", "state", "person")
    broad: ClassVar[tuple[str, ...]] = ("purpose",)
    period: ClassVar[str] = "ended_at"
    orders: ClassVar[tuple[str, ...]] = ("ended_at",)
    masked: ClassVar[tuple[str, ...]] = ("points", "passed")

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """By a part of the name."""
        return SittingRow.person_name.contains(text, autoescape=True)

    def words(self, visitor: Visitor, row: SittingRow) -> dict[str, Any]:
        """One's own points are not seen here before all are told them."""
        own = bool(visitor.person) and row.person == visitor.person
        return {"points": None, "passed": None} if own else {}

    async def values(
        self, session: AsyncSession, body: NotFilled, row: SittingRow | None, organisation: str
    ) -> dict[str, Any]:
        """Always Invalid: they come of exams."""
        raise Invalid("not_by_hand", "答卷由系统记录，不能手工新增或修改")

    def offered(self, row: SittingRow, writes: bool) -> list[str]:
        """Nothing: it is as it was sat."""
        return []

"""Videos and texts to learn from (在线视频和阅读资料), with how they are used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.visitor import Visitor
from cti.office.parts import Files
from cti.office.records import Records
from cti.office.records.kinds import RecordReference
from cti.office.records.parts import RecordPart
from cti.office.records.steps import Step, SteppedRecords
from cti.office.references import Reference
from cti.office.sharing import Shared
from workflow.training import rules
from workflow.training.bank.questions import CATEGORY
from workflow.training.courses.models import MaterialRow, StudyRow
from workflow.training.courses.views import (
    MATERIAL_STATES,
    MATERIALS,
    MaterialFields,
    MaterialQuery,
    MaterialView,
    StudyQuery,
    StudyView,
)
from workflow.training.exams.sittings import NotFilled
from workflow.training.participants import LEARNERS


class Materials(SteppedRecords[MaterialRow, MaterialFields, MaterialView, MaterialQuery]):
    """The service."""

    table, fields, view, query = MaterialRow, MaterialFields, MaterialView, MaterialQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "training_material"
    title: ClassVar[str] = "学习资料"
    screen: ClassVar[str] = "training_materials"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.EDIT
    export_permission: ClassVar[str] = rules.EXPORT
    sharing: ClassVar[Shared] = Shared(own=(), house=True)
    refs: ClassVar[Mapping[str, Reference]] = {"category": CATEGORY}
    filters: ClassVar[tuple[str, ...]] = ("category", "medium", "state")
    searched: ClassVar[tuple[str, ...]] = ("title", "about", "keywords")
    parts: ClassVar[tuple[RecordPart, ...]] = (Files(),)
    states: ClassVar[Mapping[str, str]] = MATERIAL_STATES
    steps: ClassVar[tuple[Step, ...]] = (
        Step("open", "上架", ("draft",), "open", rules.EDIT, tone="primary"),
        Step("shut", "下架", ("open",), "draft", rules.EDIT),
    )

    async def values(
        self, session: AsyncSession, body: MaterialFields, row: MaterialRow | None, organisation: str
    ) -> dict[str, Any]:
        """A video says how long it is; one title once in an organisation. Invalid, Conflict."""
        faults = Faults()
        if body.medium == "video" and not body.seconds:
            faults.found(Invalid("seconds", "请填写视频或录音的总秒数", "seconds"))
        same = MaterialRow.title == body.title, MaterialRow.organisation == organisation
        if await self.taken(session, row, *same):
            faults.found(Conflict("taken", "已有同名的学习资料", "title"))
        faults.refuse()
        values = await super().values(session, body, row, organisation)
        return values if row is not None else {**values, "state": "draft"}

    async def complete(
        self, session: AsyncSession, visitor: Visitor, rows: Sequence[MaterialRow], views: Sequence[MaterialView]
    ) -> None:
        """With who learnt from each, counted at once."""
        await super().complete(session, visitor, rows, views)
        study = StudyRow
        done = func.sum(case((study.done_at.is_not(None), 1), else_=0))
        wanted = select(study.material, func.count(), func.sum(study.times), func.sum(study.seconds), done)
        wanted = wanted.where(study.material.in_([row.id for row in rows])).group_by(study.material)
        by_id = {view.id: view for view in views}
        for material, people, times, seconds, finished in (await session.execute(wanted)).tuples() if rows else ():
            view = by_id[material]
            view.viewers, view.views, view.studied, view.finished = people, int(times), float(seconds), int(finished)


class Studies(Records[StudyRow, NotFilled, StudyView, StudyQuery]):
    """Who learnt what, for who keeps the materials (查看学习情况)."""

    table, fields, view, query = StudyRow, NotFilled, StudyView, StudyQuery
    kind: ClassVar[str] = "training_study"
    title: ClassVar[str] = "学习记录"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.EDIT
    export_permission: ClassVar[str] = rules.EXPORT
    sharing: ClassVar[Shared] = Shared(own=("person",))
    refs: ClassVar[Mapping[str, Reference]] = {
        "material": RecordReference(Materials, f"{MATERIALS}/choices", "title"), "person": LEARNERS,
    }  # fmt: skip
    filters: ClassVar[tuple[str, ...]] = ("material", "person", "medium")
    broad: ClassVar[tuple[str, ...]] = ("medium",)
    period: ClassVar[str] = "done_at"

    async def values(
        self, session: AsyncSession, body: NotFilled, row: StudyRow | None, organisation: str
    ) -> dict[str, Any]:
        """Always Invalid: the house counts them."""
        raise Invalid("not_by_hand", "学习记录由系统统计，不能手工新增或修改")

    def offered(self, row: StudyRow, writes: bool) -> list[str]:
        """Nothing."""
        return []

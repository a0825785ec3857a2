"""Points by hand (手动加减分) with proof: asked by one, granted by another, never by who is scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

import pydantic
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict, Invalid, NotAllowed
from cti.base.visitor import Visitor
from cti.office.parts import Files
from cti.office.records import Office, RecordQuery, RecordView
from cti.office.records.steps import Step, SteppedRecords
from cti.office.references import PEOPLE
from cti.office.screens import form
from cti.office.sharing import Shared
from workflow.performance.models import AdjustmentRow
from workflow.performance.rules import ADJUSTMENT_STATES, EXPORT, JUDGE, MANAGE
from workflow.performance.scores import Scores, manages
from workflow.performance.settling import settle
from workflow.performance.subjects import is_himself
from workflow.performance.telling import Telling

MOST = 50.0
Points = pydantic.Field(ge=-MOST, le=MOST, title="加减分", json_schema_extra=form(help="加分为正，减分为负"))
Reason = pydantic.Field(min_length=5, max_length=1000, title="事由", json_schema_extra=form(kind="long"))


class AdjustmentFields(Body):
    """Points for a score."""

    score: str = pydantic.Field(min_length=26, max_length=26, title="得分记录", json_schema_extra=form(hidden=True))
    points: float = Points
    reason: str = Reason


class GivenPoints(Body):
    """The same, said at a score, with the proof."""

    points: float = Points
    reason: str = Reason
    files: list[str] = pydantic.Field(
        min_length=1, max_length=20, title="证明材料", json_schema_extra=form(kind="files", help="表彰、通报、记录等")
    )


class AdjustmentView(RecordView):
    """Points by hand."""

    name: str = pydantic.Field(title="考核对象", json_schema_extra=form(width=170))
    period: str = pydantic.Field(title="考核期编号")
    score: str = pydantic.Field(title="得分", json_schema_extra=form(hidden=True))
    points: float = pydantic.Field(title="加减分", json_schema_extra=form(width=90))
    reason: str = pydantic.Field(title="事由", json_schema_extra=form(kind="long", width=280))
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice", options=ADJUSTMENT_STATES, tones={"asked": "break", "granted": "ready", "refused": "off"},
            width=90,
        ),
    )  # fmt: skip
    opinion: str = pydantic.Field(title="审核意见", json_schema_extra=form(none=""))
    decided_by: str = pydantic.Field(title="审核人", json_schema_extra=form(none=""))
    decided_at: datetime | None = pydantic.Field(title="审核时间")


class Opinion(Body):
    """What somebody says who decides."""

    opinion: str = pydantic.Field(min_length=2, max_length=500, title="意见", json_schema_extra=form(kind="long"))


class Adjustments(SteppedRecords[AdjustmentRow, AdjustmentFields, AdjustmentView, RecordQuery]):
    """The service."""

    table, fields, view, query = AdjustmentRow, AdjustmentFields, AdjustmentView, RecordQuery
    kind: ClassVar[str] = "performance_adjustment"
    title: ClassVar[str] = "加减分"
    see: ClassVar[str] = MANAGE
    edit_permission: ClassVar[str] = MANAGE
    export_permission: ClassVar[str] = EXPORT
    screen: ClassVar[str] = "performance_adjustments"
    filters: ClassVar[tuple[str, ...]] = ("state",)
    refs: ClassVar = {"decided_by": PEOPLE}
    sharing: ClassVar[Shared] = Shared(own=())
    unasked: ClassVar[tuple[str, ...]] = ("score", "period", "subject")
    parts: ClassVar = (Files(),)
    states: ClassVar[Mapping[str, str]] = ADJUSTMENT_STATES
    steps: ClassVar[tuple[Step, ...]] = (
        Step("grant", "通过", ("asked",), "granted", JUDGE, Opinion, "primary"),
        Step("refuse", "不通过", ("asked",), "refused", JUDGE, Opinion, "danger"),
    )

    def __init__(self, office: Office, scores: Scores, telling: Telling) -> None:
        super().__init__(office)
        self._scores, self._telling = scores, telling

    async def give(self, visitor: Visitor, score: str, body: GivenPoints) -> AdjustmentView:
        """Ask for points for a score, with proof: they count once another has granted them."""
        fields = AdjustmentFields(score=score, points=body.points, reason=body.reason)
        return await self.create(visitor, fields, {"files": {"files": body.files}})

    async def drafted(self, session: AsyncSession, visitor: Visitor, body: AdjustmentFields) -> AdjustmentRow:
        """For a score of a period that he manages, and not for himself; it belongs to whose period it is."""
        score, period = await self._scores.locked(session, body.score)
        if not manages(visitor, score):
            raise Invalid("no_score", "没有这条得分", "score")
        if is_himself(visitor, score.subject, score.agent):
            raise NotAllowed("himself", "不能给本人或本单位加减分")
        if period.state not in ("ready", "published"):
            raise Conflict("state", "考核期计算后、生效前才能加减分")
        row = await super().drafted(session, visitor, body)
        row.organisation, row.region = score.owner, score.owner_region
        row.period, row.subject, row.name = score.period, score.subject, score.name
        what = f"{score.period_title} {score.name} {body.points:+g} 分"
        link = f"/{self.screen}/{row.id}"
        await self._telling.to_decide(session, JUDGE, row.organisation, what, body.reason, link, visitor.name)
        return row

    async def values(
        self, session: AsyncSession, body: AdjustmentFields, row: AdjustmentRow | None, organisation: str
    ) -> dict[str, Any]:
        """What was asked stays as it was asked."""
        if row is not None:
            raise Conflict("asked", "加减分已提交，不能修改")
        if not body.points:
            raise Invalid("nothing", "加减分不能是 0", "points")
        return {"score": body.score, "points": body.points, "reason": body.reason, "period": "", "subject": "",
                "name": "", "state": "asked"}  # fmt: skip

    def offered(self, row: AdjustmentRow, writes: bool) -> list[str]:
        """The steps alone."""
        return [one for one in super().offered(row, writes) if one not in ("edit", "remove", "restore")]

    async def complete(
        self,
        session: AsyncSession,
        visitor: Visitor,
        rows: Sequence[AdjustmentRow],
        views: Sequence[AdjustmentView],
    ) -> None:
        """Nobody is offered to decide what he asked for, or what is about himself."""
        await super().complete(session, visitor, rows, views)
        for row, view in zip(rows, views, strict=True):
            if not _may_decide(visitor, row):
                view.acts = []

    async def stepped(
        self, session: AsyncSession, visitor: Visitor, row: AdjustmentRow, step: Step, body: Any
    ) -> dict[str, Any]:
        """Granted: the score and all ranks follow."""
        if not _may_decide(visitor, row):
            raise NotAllowed("himself", "加减分须由申请人和考核对象以外的人审核")
        score, period = await self._scores.locked(session, row.score)
        if period.state not in ("ready", "published"):
            raise Conflict("state", "考核期已生效，不能再加减分")
        now = self.office.clock.wall()
        if step.to == "granted":
            row.state = "granted"
            await session.flush()
            await settle(session, period)
        link = f"/{self.screen}/{row.id}"
        words = f"{score.name} {row.points:+g} 分{ADJUSTMENT_STATES[step.to]}"
        await self._telling.decided(session, row.created_by, words, body.opinion, link, visitor.name)
        return {"opinion": body.opinion, "decided_by": visitor.person, "decided_at": now}

    async def check_removed(self, session: AsyncSession, row: AdjustmentRow) -> None:
        """It stays as proof."""
        raise Conflict("asked", "加减分不能删除")


def _may_decide(visitor: Visitor, row: AdjustmentRow) -> bool:
    return visitor.person != row.created_by and not is_himself(visitor, row.subject)

"""Appeals of scores: with evidence, within the days that the scheme gives, decided by somebody who is not scored by it.

An appeal that is granted gives a KPI other points, or counts the score anew with what was granted not to count since.
What was before stays in the score's line, in the appeal and in the audit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal

import pydantic
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict, Invalid, NotAllowed
from cti.base.visitor import Visitor
from cti.office.figures import Figures
from cti.office.parts import Comments, Files
from cti.office.records import Office, RecordQuery, RecordView
from cti.office.records.steps import Step, SteppedRecords
from cti.office.references import PEOPLE
from cti.office.screens import Action, Option, When, fields_of, form
from cti.office.sharing.rule import Way
from workflow.performance.counting import Counting, lines_of, units_of
from workflow.performance.models import AppealRow, PeriodRow, ScoreRow
from workflow.performance.periods import Periods, period_of
from workflow.performance.rules import APPEAL_STATES, DECIDE, EXPORT, SCORES, SEE
from workflow.performance.scores import Scores
from workflow.performance.settling import correct, corrected_before, put, settle
from workflow.performance.subjects import is_himself
from workflow.performance.telling import Telling

Reason = pydantic.Field(min_length=5, max_length=2000, title="申诉理由", json_schema_extra=form(kind="long"))
Kpi = pydantic.Field(
    default="", max_length=60, title="对哪项指标",
    json_schema_extra=form(kind="choice", options={"": "总分"}, help="不选则对总分"),
)  # fmt: skip


class AppealFields(Body):
    """An appeal of a score."""

    score: str = pydantic.Field(min_length=26, max_length=26, title="得分记录", json_schema_extra=form(hidden=True))
    kpi: str = pydantic.Field(default="", max_length=60, title="对哪项指标")
    reason: str = Reason


class Appealed(Body):
    """The same, said at a score, with evidence."""

    kpi: str = Kpi
    reason: str = Reason
    files: list[str] = pydantic.Field(default=[], max_length=20, title="证据", json_schema_extra=form(kind="files"))


class Granted(Body):
    """What becomes of the score."""

    how: Literal["recount", "points"] = pydantic.Field(
        default="recount", title="怎样改正",
        json_schema_extra=form(options={"recount": "重新计算（计入新认定的不计考核）", "points": "改该项指标的得分"}),
    )  # fmt: skip
    points: float | None = pydantic.Field(
        default=None, ge=0, le=200, title="该项得分",
        json_schema_extra=form(when=When(key="how", among=("points",)), needed=True),
    )  # fmt: skip
    opinion: str = pydantic.Field(min_length=2, max_length=1000, title="裁定意见", json_schema_extra=form(kind="long"))


class Refused(Body):
    """Why the score stays."""

    opinion: str = pydantic.Field(min_length=2, max_length=1000, title="裁定意见", json_schema_extra=form(kind="long"))


class AppealView(RecordView):
    """An appeal."""

    name: str = pydantic.Field(title="考核对象", json_schema_extra=form(width=170))
    period_title: str = pydantic.Field(title="考核期", json_schema_extra=form(width=220))
    score: str = pydantic.Field(title="得分", json_schema_extra=form(hidden=True))
    kpi_title: str = pydantic.Field(title="指标", json_schema_extra=form(none="总分", width=130))
    reason: str = pydantic.Field(title="申诉理由", json_schema_extra=form(kind="long", width=240))
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice", options=APPEAL_STATES, tones={"asked": "ring", "granted": "ready", "refused": "off"},
            width=90,
        ),
    )  # fmt: skip
    before: float | None = pydantic.Field(title="申诉前总分", json_schema_extra=form(none="—", width=100))
    after: float | None = pydantic.Field(title="裁定后总分", json_schema_extra=form(none="—", width=100))
    opinion: str = pydantic.Field(title="裁定意见", json_schema_extra=form(kind="long", none=""))
    decided_by: str = pydantic.Field(title="裁定人", json_schema_extra=form(none=""))
    decided_at: datetime | None = pydantic.Field(title="裁定时间")


class AppealQuery(RecordQuery):
    """Filters of the list."""

    mine: bool = pydantic.Field(default=False, title="我提交的")


class Appeals(SteppedRecords[AppealRow, AppealFields, AppealView, AppealQuery]):
    """The service."""

    table, fields, view, query = AppealRow, AppealFields, AppealView, AppealQuery
    kind: ClassVar[str] = "performance_appeal"
    title: ClassVar[str] = "绩效申诉"
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = SEE
    export_permission: ClassVar[str] = EXPORT
    screen: ClassVar[str] = "performance_appeals"
    filters: ClassVar[tuple[str, ...]] = ("state",)
    refs: ClassVar = {"decided_by": PEOPLE}
    unasked: ClassVar[tuple[str, ...]] = ("score", "period", "subject", "kpi")
    parts: ClassVar = (Files(), Comments())
    states: ClassVar[Mapping[str, str]] = APPEAL_STATES
    steps: ClassVar[tuple[Step, ...]] = (
        Step("grant", "改正", ("asked",), "granted", DECIDE, Granted, "primary"),
        Step("refuse", "维持原分", ("asked",), "refused", DECIDE, Refused),
    )

    def __init__(
        self, office: Office, scores: Scores, periods: Periods, counting: Counting, figures: Figures, telling: Telling
    ) -> None:
        super().__init__(office)
        self._scores, self._periods, self._counting = scores, periods, counting
        self._figures, self._telling = figures, telling

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """One's own and those of one's unit; who decides, those of his reach."""
        if not visitor.may(permission):
            return []
        found: list[Way] = []
        if visitor.may(DECIDE):
            found.append([*visitor.reach(DECIDE).limits(AppealRow)])
        if permission in (SEE, EXPORT):
            found += [
                [AppealRow.created_by == visitor.person],
                [AppealRow.subject.in_({visitor.person, visitor.organisation} - {""})],
            ]
        return found

    def limits(self, visitor: Visitor, query: AppealQuery) -> list[ColumnElement[bool]]:
        """One's own."""
        found = super().limits(visitor, query)
        return [*found, AppealRow.created_by == visitor.person] if query.mine else found

    async def offers(self, visitor: Visitor, score: str) -> list[Action]:
        """The appeal of a score with its KPIs to choose from, where it is the visitor's to make now."""
        found = await self._scores.sheet(visitor, score)
        if "appeal" not in found.score.acts:
            return []
        options = tuple(Option(value=one["kpi"], title=one["title"]) for one in found.lines)
        fields = tuple(
            one.model_copy(update={"options": options}) if one.key == "kpi" else one for one in fields_of(Appealed)
        )
        path = f"{SCORES}/{score}/appeals"
        return [Action(name="appeal", title="申诉", kind="form", path=path, form=fields, tone="primary",
                       done="已提交，等待裁定")]  # fmt: skip

    async def ask(self, visitor: Visitor, score: str, body: Appealed) -> AppealView:
        """Appeal a score of one's own, or of one's unit."""
        fields = AppealFields(score=score, kpi=body.kpi, reason=body.reason)
        return await self.create(visitor, fields, {"files": {"files": body.files}})

    async def drafted(self, session: AsyncSession, visitor: Visitor, body: AppealFields) -> AppealRow:
        """Of what was published, within the days; it belongs to whose period it is."""
        score, period = await self._scores.locked(session, body.score)
        if not is_himself(visitor, score.subject, score.agent):
            raise NotAllowed("not_yours", "只能对本人或本单位的得分申诉")
        now = self.office.clock.wall()
        if period.state != "published" or period.appeal_until is None or now > period.appeal_until:
            raise Conflict("late", "不在申诉期限内")
        line = next((one for one in score.lines if one["kpi"] == body.kpi), None)
        if body.kpi and line is None:
            raise Invalid("no_kpi", "得分里没有这项指标", "kpi")
        same = AppealRow.score == score.id, AppealRow.kpi == body.kpi, AppealRow.state == "asked"
        if await self.taken(session, None, *same):
            raise Conflict("asked", "这一项已经申诉，正在等待裁定", "kpi")
        row = await super().drafted(session, visitor, body)
        row.organisation, row.region = score.owner, score.owner_region
        row.period, row.period_title, row.subject, row.name = (
            score.period,
            score.period_title,
            score.subject,
            score.name,
        )
        row.kpi_title, row.before = str(line["title"]) if line else "", score.total
        what = f"{score.period_title} {score.name} 的绩效申诉"
        link = f"/{self.screen}/{row.id}"
        await self._telling.to_decide(session, DECIDE, row.organisation, what, body.reason, link, visitor.name)
        return row

    async def values(
        self, session: AsyncSession, body: AppealFields, row: AppealRow | None, organisation: str
    ) -> dict[str, Any]:
        """What was said stays as it was said."""
        if row is not None:
            raise Conflict("asked", "申诉已提交，不能修改")
        return {"score": body.score, "kpi": body.kpi, "reason": body.reason, "period": "", "period_title": "",
                "subject": "", "name": "", "kpi_title": "", "state": "asked"}  # fmt: skip

    def offered(self, row: AppealRow, writes: bool) -> list[str]:
        """The steps alone."""
        return [one for one in super().offered(row, writes) if one not in ("edit", "remove", "restore")]

    async def complete(
        self, session: AsyncSession, visitor: Visitor, rows: Sequence[AppealRow], views: Sequence[AppealView]
    ) -> None:
        """Nobody is offered to decide his own, or that of his unit."""
        await super().complete(session, visitor, rows, views)
        for row, view in zip(rows, views, strict=True):
            if _is_his(visitor, row):
                view.acts = []

    async def check_removed(self, session: AsyncSession, row: AppealRow) -> None:
        """It stays as the trail."""
        raise Conflict("asked", "申诉不能删除")

    async def stepped(
        self, session: AsyncSession, visitor: Visitor, row: AppealRow, step: Step, body: Any
    ) -> dict[str, Any]:
        """Granted: the score is corrected, and all ranks of the period follow."""
        if _is_his(visitor, row):
            raise NotAllowed("himself", "申诉须由申诉人和考核对象以外的人裁定")
        score, period = await self._scores.locked(session, row.score)
        now = self.office.clock.wall()
        if step.to == "granted":
            trail = {"by": visitor.name, "at": now.isoformat(), "why": body.opinion, "appeal": row.id}
            if body.how == "points":
                if not row.kpi or body.points is None:
                    raise Invalid(
                        "no_kpi", "申诉没有指明指标，只能重新计算" if not row.kpi else "请填写该项得分", "how"
                    )
                correct(score, self._periods.scheme_of(period), row.kpi, body.points, trail)
            else:
                await self._recount(score, period)
            await session.flush()
            await settle(session, period)
        link = f"/{self.screen}/{row.id}"
        words = f"{row.period_title} 绩效申诉：{APPEAL_STATES[step.to]}"
        await self._telling.decided(session, row.created_by, words, body.opinion, link, visitor.name)
        return {"opinion": body.opinion, "decided_by": visitor.person, "decided_at": now, "after": score.total}

    async def _recount(self, score: ScoreRow, period: PeriodRow) -> None:
        """The lines as they are counted now; what an appeal has corrected before stays corrected."""
        scheme = self._periods.scheme_of(period)
        whose = await self._counting.whose(period.organisation, period.region)
        counted = await self._counting.count(scheme, period_of(period), whose)
        mine = next((one for one in counted if one.subject.id == score.subject), None)
        if mine is None:
            raise Conflict("nothing", "现在算不出该对象的得分，请改为直接改分")
        lines = lines_of(scheme, units_of(scheme, self._figures), mine)
        score.excluded = mine.excluded
        put(score, scheme, corrected_before(score.lines, lines) or lines)


def _is_his(visitor: Visitor, row: AppealRow) -> bool:
    return visitor.person == row.created_by or is_himself(visitor, row.subject)

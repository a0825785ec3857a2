"""What does not count (不计考核认定): asked with a code, judged by a process, never by who is scored.

One about a record for all who are scored is a special ticket (特殊工单).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict, Invalid, NotAllowed
from cti.base.visitor import Visitor
from cti.office.numbering import Numbered
from cti.office.parts import Comments, Files
from cti.office.processes.case import Actor, Moved
from cti.office.processes.records import CaseRecords
from cti.office.processes.service import Cases
from cti.office.records import Office, RecordQuery, RecordView
from cti.office.screens import Action, form
from cti.office.screens.description import Tone
from cti.office.sharing.rule import Way
from workflow.performance.counting import Counting
from workflow.performance.models import ExclusionRow, PeriodRow
from workflow.performance.periods import period_of
from workflow.performance.rules import CODES, EXCLUSION_STAGES, EXPORT, JUDGE, MANAGE, SEE
from workflow.performance.scores import Scores, may_ask, part_of
from workflow.performance.subjects import is_himself
from workflow.performance.telling import Telling
from workflow.tickets.service import Tickets

KIND = "performance_exclusion"
TICKETS = "tickets"
STAGE_TONES: dict[str, Tone] = {
    "asked": "break", "granted": "ready", "refused": "off", "revoked": "off", "withdrawn": "off",
}  # fmt: skip
WITHDRAW, WITHDRAWN = "withdraw", "withdrawn"
"""What who asked may do himself while it is not judged."""
Code = pydantic.Field(max_length=12, title="原因代码", json_schema_extra=form(kind="choice", options=CODES))
Why = pydantic.Field(min_length=5, max_length=1000, title="说明", json_schema_extra=form(kind="long"))


class ExclusionFields(Body):
    """A special ticket: it counts for nobody."""

    ticket: str = pydantic.Field(min_length=5, max_length=40, title="工单编号")
    code: str = Code
    reason: str = Why


class AskedExclusion(Body):
    """A row behind a score, which is not to count for who is scored."""

    kpi: str = pydantic.Field(max_length=60, title="指标")
    part: str = pydantic.Field(max_length=40, title="指标中的数")
    record: str = pydantic.Field(min_length=1, max_length=90, title="记录")
    code: str = Code
    reason: str = Why
    files: list[str] = pydantic.Field(default=[], max_length=20, title="证据")


class ExclusionView(RecordView):
    """What does not count, or is asked not to."""

    number: str = pydantic.Field(title="编号", json_schema_extra=form(width=170))
    about: str = pydantic.Field(title="记录", json_schema_extra=form(width=260))
    screen: str = pydantic.Field(title="哪类记录", json_schema_extra=form(hidden=True))
    record: str = pydantic.Field(title="记录编号", json_schema_extra=form(hidden=True))
    subject: str = pydantic.Field(title="对象编号", json_schema_extra=form(hidden=True))
    subject_name: str = pydantic.Field(title="对谁不计", json_schema_extra=form(none="全部（特殊工单）", width=170))
    code: str = pydantic.Field(title="原因代码", json_schema_extra=form(kind="choice", options=CODES, width=150))
    reason: str = pydantic.Field(title="说明", json_schema_extra=form(kind="long"))
    stage: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice", options=EXCLUSION_STAGES, tones=STAGE_TONES,
            width=100,
        ),
    )  # fmt: skip
    step: str = pydantic.Field(title="环节", json_schema_extra=form(width=100))
    due_at: datetime | None = pydantic.Field(title="认定期限")
    opinion: str = pydantic.Field(title="认定意见", json_schema_extra=form(none=""))
    judged_by: str = pydantic.Field(title="认定人", json_schema_extra=form(none=""))
    judged_at: datetime | None = pydantic.Field(title="认定时间")


class ExclusionQuery(RecordQuery):
    """Filters of the list."""

    mine: bool = pydantic.Field(default=False, title="我提交的")
    special: bool = pydantic.Field(default=False, title="特殊工单")


class Exclusions(CaseRecords[ExclusionRow, ExclusionFields, ExclusionView, ExclusionQuery]):
    """The service."""

    table, fields, view, query = ExclusionRow, ExclusionFields, ExclusionView, ExclusionQuery
    kind: ClassVar[str] = KIND
    title: ClassVar[str] = "不计考核"
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = SEE
    export_permission: ClassVar[str] = EXPORT
    process: ClassVar[str] = KIND
    usual: ClassVar[tuple[str, ...]] = ("grant",)
    grave: ClassVar[tuple[str, ...]] = ("refuse", "revoke")
    screen: ClassVar[str] = "performance_exclusions"
    filters: ClassVar[tuple[str, ...]] = ("stage", "code")
    broad: ClassVar[tuple[str, ...]] = ("code",)
    numbered: ClassVar[Numbered | None] = Numbered("number", "B{region}{day}{serial:04}")
    unasked: ClassVar[tuple[str, ...]] = ("subject", "agent", "record", "screen")
    parts: ClassVar = (Files(), Comments())

    def __init__(
        self, office: Office, cases: Cases, scores: Scores, counting: Counting, tickets: Tickets, telling: Telling
    ) -> None:
        super().__init__(office, cases)
        self._scores, self._counting, self._tickets, self._telling = scores, counting, tickets, telling

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """One's own, those about oneself or one's unit; who manages or judges, those of his reach."""
        if not visitor.may(permission):
            return []
        found: list[Way] = [[*visitor.reach(one).limits(ExclusionRow)] for one in (MANAGE, JUDGE) if visitor.may(one)][
            :1
        ]
        if permission in (SEE, EXPORT):
            found += [
                [ExclusionRow.created_by == visitor.person],
                [ExclusionRow.subject.in_({visitor.person, visitor.organisation} - {""})],
            ]
        return found

    def limits(self, visitor: Visitor, query: ExclusionQuery) -> list[ColumnElement[bool]]:
        """One's own; those for all."""
        found = super().limits(visitor, query)
        found += [ExclusionRow.created_by == visitor.person] if query.mine else []
        return [*found, ExclusionRow.subject == ""] if query.special else found

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """By number, or the name of the record."""
        return (ExclusionRow.number == text) | ExclusionRow.about.contains(text, autoescape=True)

    # ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def values(
        self, session: AsyncSession, body: ExclusionFields, row: ExclusionRow | None, organisation: str
    ) -> dict[str, Any]:
        """What was asked stays as it was asked; the record follows by who asks."""
        if row is not None:
            raise Conflict("asked", "已提交认定，不能修改")
        if body.code not in CODES:
            raise Invalid("no_code", "没有这个原因代码", "code")
        return {"screen": TICKETS, "record": "", "about": "", "subject": "", "agent": "", "subject_name": "",
                "code": body.code, "reason": body.reason, "case": "", "step": "", "stage": "asked"}  # fmt: skip

    async def create(
        self, visitor: Visitor, body: ExclusionFields, filled: Mapping[str, Any] | None = None
    ) -> ExclusionView:
        """A special ticket, by its number: for who manages periods."""
        visitor.need(MANAGE)
        return await super().create(visitor, body, filled)

    async def drafted(self, session: AsyncSession, visitor: Visitor, body: ExclusionFields) -> ExclusionRow:
        """Of a ticket within reach, once; or of the row that somebody found behind his score."""
        row = await super().drafted(session, visitor, body)
        if isinstance(body, _Found):
            for key, value in body.of.items():
                setattr(row, key, value)
        else:
            asked = self._tickets.query(search=body.ticket.strip())
            tickets = (await self._tickets.find(visitor, asked)).items
            ticket = next((one for one in tickets if one.number == body.ticket.strip()), None)
            if ticket is None:
                raise Invalid("no_ticket", "没有这个编号的工单，或您不能查看", "ticket")
            row.record, row.about = ticket.id, f"{ticket.number} {ticket.title}"[:260]
        same = (
            ExclusionRow.record == row.record, ExclusionRow.screen == row.screen, ExclusionRow.subject == row.subject,
            ExclusionRow.organisation == row.organisation, ExclusionRow.stage.in_(("asked", "granted")),
        )  # fmt: skip
        if await self.taken(session, None, *same):
            raise Conflict("taken", "这条记录已经申请或已认定不计考核", "record")
        return row

    async def insert(
        self, session: AsyncSession, visitor: Visitor, body: ExclusionFields, number: Any = None
    ) -> ExclusionRow:
        """Who judges is told."""
        row = await super().insert(session, visitor, body, number)
        what, link = f"不计考核认定 {row.about}", f"/{self.screen}/{row.id}"
        await self._telling.to_decide(session, JUDGE, row.organisation, what, row.reason, link, visitor.name)
        return row

    async def ask(self, visitor: Visitor, score: str, body: AskedExclusion) -> ExclusionView:
        """Ask that a row behind a score does not count for who is scored. Invalid for a row that is not behind it."""
        visitor.need(SEE)
        async with self.office.store.reading() as session:
            row = await self._scores.row(session, visitor, score)
            period = await session.get_one(PeriodRow, row.period)
        if not may_ask(visitor, row):
            raise NotAllowed("not_yours", "只能为本人、本单位或所管理的考核期申请")
        part = part_of(row, body.kpi, body.part)
        whose = await self._counting.whose(row.owner, row.owner_region)
        count = "denominator" if part["denominator"] is not None else "numerator"
        found = await self._counting.one(
            whose, part["figure"], count, period_of(period), part["by"], part["key"], body.record
        )
        if found is None:
            raise Invalid("no_row", "这条记录不在该指标的明细里", "record")
        screen, about = found
        given = {
            "screen": screen, "record": body.record, "about": about[:260], "subject": row.subject,
            "agent": row.agent if row.person else "", "subject_name": row.name, "organisation": row.owner,
            "region": row.owner_region,
        }  # fmt: skip
        fields = _Found(ticket="-----", code=body.code, reason=body.reason, of=given)
        return await super().create(visitor, fields, {"files": {"files": body.files}})

    # ── the case ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def facts(self, session: AsyncSession, id: str) -> Mapping[str, Any]:
        """What the process reads of it; `special` where it is for all."""
        row = await session.get_one(ExclusionRow, id)
        return {"number": row.number, "code": row.code, "special": not row.subject, "asker": row.created_by}

    async def hear(self, session: AsyncSession, moved: Moved, actor: Actor) -> None:
        """The row follows its case, and who asked is told, unless he took it back."""
        root = moved.cases[moved.root]
        step, now = self.cases.step_of(root), self.office.clock.wall()
        running = [one.due_at for one in moved.limits if one.state == "running"]
        values: dict[str, Any] = {
            "case": root.id, "step": step.title, "stage": step.stage or root.step, "updated_at": now,
            "due_at": min(running, default=None), "opinion": str(root.values.get("opinion") or ""),
        }  # fmt: skip
        if root.outcome:
            values |= {"judged_by": actor.name, "judged_at": now}
        await session.execute(update(ExclusionRow).where(ExclusionRow.id == moved.record).values(values))
        row = await session.get_one(ExclusionRow, moved.record, populate_existing=True)
        if root.outcome and root.outcome != WITHDRAWN:
            words, link = f"{row.about}：{step.title}", f"/{self.screen}/{row.id}"
            await self._telling.decided(session, row.created_by, words, row.opinion, link, actor.name)

    async def offers(self, visitor: Visitor, id: str) -> list[Action]:
        """To who is scored by it no more than to take back what he asked for."""
        visitor.need(self.see)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
        found = await super().offers(visitor, id)
        return [one for one in found if one.name == WITHDRAW] if _is_his(visitor, row) else found

    async def acted(
        self, session: AsyncSession, visitor: Visitor, row: ExclusionRow, action: str, form: Mapping[str, Any]
    ) -> None:
        """NotAllowed for who is scored by it, whatever the process says."""
        if action != WITHDRAW and _is_his(visitor, row):
            raise NotAllowed("himself", "不能认定与本人、本单位有关的不计考核")
        await super().acted(session, visitor, row, action, form)

    def offered(self, row: ExclusionRow, writes: bool) -> list[str]:
        """What the process offers, and no more."""
        return []

    async def check_removed(self, session: AsyncSession, row: ExclusionRow) -> None:
        """It stays as proof."""
        raise Conflict("asked", "不计考核认定不能删除")


class _Found(ExclusionFields):
    """A row behind a score, found."""

    of: dict[str, Any]


def _is_his(visitor: Visitor, row: ExclusionRow) -> bool:
    return is_himself(visitor, row.subject, row.agent)

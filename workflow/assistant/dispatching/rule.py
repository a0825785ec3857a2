"""The rule of automatic dispatch: off at first, and not to be switched on while something is missing."""

from __future__ import annotations

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Invalid, NotAllowed
from cti.base.visitor import Visitor
from cti.office.records import Office
from workflow.assistant.dispatching.gate import Record, lacks
from workflow.assistant.dispatching.views import RuleEdit, RuleNote, RuleView
from workflow.assistant.learning.figures import Figures
from workflow.assistant.models import DispatchRow, DispatchRuleRow, ModelRow
from workflow.assistant.rules import DISPATCH
from workflow.assistant.trained import in_use

ONE = "house"
SUBJECT = "assistant_dispatch_rule"


class DispatchRule:
    """Kept in the table: all engines go by it."""

    def __init__(self, office: Office) -> None:
        self._office = office
        office.audit.kinds.setdefault(SUBJECT, "自动派单规则")
        office.audit.fields.setdefault(SUBJECT, {"is_on": "启用", "threshold": "概率不低于", "share": "抽查比例（%）"})

    async def get(self, visitor: Visitor) -> RuleView:
        """The rule and what is missing."""
        visitor.need(DISPATCH)
        async with self._office.store.reading() as session:
            return await self.now(session)

    async def note(self, visitor: Visitor) -> RuleNote:
        """The same as a sentence."""
        rule = await self.get(visitor)
        if rule.lacks:
            begin = "自动派单已启用，但目前不派：" if rule.is_on else "自动派单还不能启用："
            return RuleNote(words=begin + "；".join(rule.lacks) + "。", good=False)
        if not rule.is_on:
            return RuleNote(words="自动派单未启用。留出检验已达到要求，可以启用。", good=True)
        return RuleNote(words=f"自动派单已启用：概率不低于 {float(rule.threshold):.0%} 的工单自动交办。", good=True)

    async def now(self, session: AsyncSession) -> RuleView:
        """The rule as it stands, for the house itself."""
        row = await session.get(DispatchRuleRow, ONE)
        model = await in_use(session, "department")
        threshold = row.threshold if row is not None else "0.95"
        return RuleView(
            is_on=row is not None and row.is_on, threshold=threshold, share=row.share if row is not None else 5,
            version=row.version if row is not None else 0, changed_by=row.changed_by if row is not None else "",
            lacks=lacks(*await _known(session, model), threshold),
        )  # fmt: skip

    async def put(self, visitor: Visitor, body: RuleEdit) -> RuleView:
        """Change it. Invalid while something is missing; Conflict when somebody was quicker."""
        visitor.need(DISPATCH)
        visitor.need_session()
        if not visitor.reach(DISPATCH).covers(self._office.organisation, self._office.region):
            raise NotAllowed("not_allowed", "自动派单规则对全市生效，由市级管理人员设置")
        async with self._office.store.writing() as session:
            row = await session.get(DispatchRuleRow, ONE, with_for_update=True)
            if (row.version if row is not None else 0) != body.version:
                raise Conflict("changed", "规则刚被他人修改，请重新打开")
            missing = lacks(*await _known(session, await in_use(session, "department")), body.threshold)
            if body.is_on and missing:
                raise Invalid("lacks", "；".join(missing), "is_on")
            fresh = body.model_dump(exclude={"version"})
            before = {key: getattr(row, key) for key in fresh} if row is not None else None
            if row is None:
                row = DispatchRuleRow(id=ONE)
                session.add(row)
            for key, value in fresh.items():
                setattr(row, key, value)
            row.version, row.changed_at, row.changed_by = body.version + 1, self._office.clock.wall(), visitor.name
            await self._office.audit.write(session, visitor, f"{SUBJECT}.edited", f"{SUBJECT}:{ONE}", before, fresh)
            await session.flush()
            return await self.now(session)


async def _known(session: AsyncSession, model: ModelRow | None) -> tuple[Figures | None, Record]:
    """The figures of the model in use, and what became of what it has dispatched."""
    if model is None:
        return None, Record(0, 0)
    missed = (DispatchRow.state == "missed") | (DispatchRow.review == "wrong")
    settled = (DispatchRow.state != "sent") | DispatchRow.review.in_(("right", "wrong"))
    sums = func.sum(case((settled, 1), else_=0)), func.sum(case((missed, 1), else_=0))
    wanted = select(*sums).where(DispatchRow.model == model.number, DispatchRow.removed_at.is_(None))
    known = (await session.execute(wanted)).one()
    return Figures.model_validate(model.figures), Record(int(known[0] or 0), int(known[1] or 0))

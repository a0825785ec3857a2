"""Who wanted to dial what he may not: kept, counted with the rule, and written into the audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, update

from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.base.visitor import Visitor, system
from cti.office.identity.masking import SEE_NUMBERS, Disclosure, shown_number
from cti.office.records import RecordPage
from cti.office.records.gathering import Gathering
from cti.store.listing import listed
from cti.telephony.ways_out import Dialler
from workflow.forbidden.models import ForbiddenRow, RefusedDialRow
from workflow.forbidden.service import Forbidden
from workflow.forbidden.views import RefusedDialQuery, RefusedDialView

ACTION = "dial.refused"
BY = system("系统外呼")


@dataclass(frozen=True, slots=True)
class _Refused:
    row: RefusedDialRow
    visitor: Visitor
    masked: str


class Refusals:
    """Hears of each refusal, also of those by the class of dialling."""

    def __init__(self, forbidden: Forbidden) -> None:
        self._forbidden = forbidden
        self._office = forbidden.office
        self._gathering = Gathering("refused dials", self._write)

    def heard(self, who: Dialler, number: Number, reason: str) -> None:
        """See `cti.telephony.ways_out.WaysOut.hear_refusals`."""
        rule = self._forbidden.forbidding(who, number)
        visitor = who if isinstance(who, Visitor) else BY
        row = RefusedDialRow(
            id=new_id(),
            organisation=who.organisation or self._office.organisation,
            region=visitor.region or self._office.region,
            rule=rule.id if rule is not None and reason.endswith(rule.reason) else "",
            at=self._office.clock.wall(),
            agent=who.agent_no or "",
            name="" if visitor is BY else visitor.name,
            number=number.digits,
            number_index=number.digits,
            number_last_four=number.digits,
            reason=reason,
        )
        self._gathering.add(_Refused(row, visitor, number.masked))

    async def _write(self, refused: Sequence[_Refused]) -> None:
        async with self._office.store.writing() as session:
            session.add_all(one.row for one in refused)
            for rule in {one.row.rule for one in refused} - {""}:
                own = [one.row.at for one in refused if one.row.rule == rule]
                # No change of the rule: its version stays.
                values = {"refused": ForbiddenRow.refused + len(own), "last_refused_at": max(own)}
                await session.execute(update(ForbiddenRow).where(ForbiddenRow.id == rule).values(values))
            for one in refused:
                said = {"number": one.masked, "reason": one.row.reason}
                await self._office.audit.write(session, one.visitor, ACTION, f"refused_dial:{one.row.id}", after=said)

    async def flushed(self) -> None:
        """Wait until all so far are written."""
        await self._gathering.flushed()

    async def find(self, visitor: Visitor, query: RefusedDialQuery) -> RecordPage[RefusedDialView]:
        """Who was refused, the newest first."""
        see = self._forbidden.see
        visitor.need(see)
        await self._forbidden.check_number(visitor, query.number, query.purpose)
        limits = [*visitor.reach(see).limits(RefusedDialRow), *self._limits(query)]
        order: list[ColumnElement[Any]] = [RefusedDialRow.at.desc(), RefusedDialRow.id.desc()]
        async with self._office.store.reading() as session:
            found = await listed(session, RefusedDialRow, limits, order, query.page, query.size)
        items = [_view(visitor, row) for row in found.rows]
        await Disclosure(self._office.audit).seen(visitor, SEE_NUMBERS, "refused_dial", [one.id for one in items])
        return RecordPage(items=items, total=found.total, page=query.page, size=query.size, more=found.more)

    def _limits(self, query: RefusedDialQuery) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if query.since is not None:
            found.append(RefusedDialRow.at >= query.since)
        if query.until is not None:
            found.append(RefusedDialRow.at < query.until)
        if query.agent:
            found.append(RefusedDialRow.agent == query.agent)
        if query.rule:
            found.append(RefusedDialRow.rule == query.rule)
        if query.number:
            digits = Number.parse(query.number, area=self._forbidden.area).digits
            four = len(query.number) == 4 and query.number.isdigit()
            found.append(
                RefusedDialRow.number_last_four == query.number if four else RefusedDialRow.number_index == digits
            )
        return found


def _view(visitor: Visitor, row: RefusedDialRow) -> RefusedDialView:
    number = shown_number(visitor, Number.parse(row.number)) if row.number else ""
    return RefusedDialView(
        id=row.id, rule=row.rule, at=row.at, agent=row.agent, name=row.name, number=number, reason=row.reason
    )

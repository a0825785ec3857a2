"""Cards and supervisions by unit (E18–E21): what was withdrawn counts nowhere but in its own column."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, func, select

from cti.base.visitor import Visitor
from cti.office.identity.directory import load_organisations
from cti.office.records import Office
from cti.office.sharing.rule import within
from workflow.supervision import rules
from workflow.supervision.models import CardRow, SupervisionRow
from workflow.supervision.views import UnitFigure


async def by_unit(office: Office, visitor: Visitor, since: datetime, until: datetime) -> Sequence[UnitFigure]:
    """Each unit within the visitor's reach of which there was something, the one with most red cards first."""
    visitor.need(rules.INSPECT)
    counts = {
        "yellow": (CardRow.colour == "yellow") & (CardRow.state != "withdrawn"),
        "red": (CardRow.colour == "red") & (CardRow.state != "withdrawn"),
        "lit": CardRow.lifted_at.is_(None),
        "handled": CardRow.state == "handled",
        "appealed": CardRow.state == "appealed",
        "withdrawn": CardRow.state == "withdrawn",
    }
    cards = (
        select(CardRow.unit, *(func.sum(case((one, 1), else_=0)).label(name) for name, one in counts.items()))
        .where(within(rules.ways(CardRow, visitor, rules.INSPECT)), CardRow.removed_at.is_(None))
        .where(CardRow.given_at >= since, CardRow.given_at < until)
        .group_by(CardRow.unit)
    )
    manual = (
        select(SupervisionRow.unit, func.count())
        .where(within(rules.ways(SupervisionRow, visitor, rules.INSPECT)), SupervisionRow.removed_at.is_(None))
        .where(SupervisionRow.created_at >= since, SupervisionRow.created_at < until)
        .where(SupervisionRow.outcome != "withdrawn")
        .group_by(SupervisionRow.unit)
    )
    async with office.store.reading() as session:
        found = {unit: dict(zip(counts, rest, strict=True)) for unit, *rest in await session.execute(cards)}
        hands = dict((await session.execute(manual)).tuples().all())
        titles = {name: one.title for name, one in (await load_organisations(session)).items()}
    nothing = dict.fromkeys(counts, 0)
    figures = [
        UnitFigure(unit=unit, unit_title=titles.get(unit, unit), manual=hands.get(unit, 0), **found.get(unit, nothing))
        for unit in {*found, *hands}
    ]
    return sorted(figures, key=lambda one: (-one.red, -one.yellow, one.unit))
